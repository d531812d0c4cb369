/**
 * Numbers of Linux' system calls on the machines that the product is packaged for, from the kernel's
 * `asm/unistd_64.h` (x64) and `asm-generic/unistd.h` (arm64, which has none of some old ones).
 */
export interface Machine {
  /** AUDIT_ARCH_… of `linux/audit.h`: the kernel says with each call by which table it was made. */
  readonly auditArch: number;
  /** From this number on they are another table's (x32). */
  readonly end?: number;
  readonly seccomp: number;
  /** What a process that is given bytes and gives bytes back has no use for. */
  readonly refused: readonly number[];
  /** Newer ways to the same, which a filter cannot look into: who is told that there is none takes an older one. */
  readonly absent: readonly number[];
  readonly open?: number;
  readonly openat: number;
  readonly mmap: number;
  readonly clone: number;
  readonly ioctl: number;
  /** Calls whose first argument is a process. */
  readonly ofProcess: readonly number[];
}

/** The same on both: newer than their tables. */
const recent = {
  others: [424, 434, 438, 440, 448], // pidfd_send_signal pidfd_open pidfd_getfd process_madvise process_mrelease
  files: [452, 463, 466], // fchmodat2 setxattrat removexattrat
  absent: [427, 435, 437], // io_uring_register clone3 openat2
};

/** `io_uring_setup`: what goes through a ring passes no filter. */
export const ringSetup = 425;

const x64: Machine = {
  auditArch: 0xc000003e,
  end: 0x40000000,
  seccomp: 317,
  refused: [
    // socket connect accept bind listen socketpair accept4
    ...[41, 42, 43, 49, 50, 53, 288],
    // fork vfork execve execveat
    ...[57, 58, 59, 322],
    // ptrace tkill process_vm_readv process_vm_writev kcmp
    ...[101, 200, 310, 311, 312, ...recent.others],
    // truncate rename mkdir rmdir creat link unlink symlink chmod chown lchown utime mknod
    ...[76, 82, 83, 84, 85, 86, 87, 88, 90, 92, 94, 132, 133],
    // setxattr lsetxattr removexattr lremovexattr utimes mkdirat mknodat fchownat futimesat unlinkat renameat
    ...[188, 189, 197, 198, 235, 258, 259, 260, 261, 263, 264],
    // linkat symlinkat fchmodat utimensat renameat2
    ...[265, 266, 268, 280, 316, ...recent.files],
    // shmget shmat shmctl semget semop semctl msgget msgsnd msgrcv msgctl semtimedop mq_open mq_unlink
    ...[29, 30, 31, 64, 65, 66, 68, 69, 70, 71, 220, 240, 241],
    // add_key request_key keyctl unshare perf_event_open open_by_handle_at setns bpf userfaultfd
    ...[248, 249, 250, 272, 298, 304, 308, 321, 323],
  ],
  absent: [ringSetup, ...recent.absent],
  open: 2,
  openat: 257,
  mmap: 9,
  clone: 56,
  ioctl: 16,
  // kill rt_sigqueueinfo tgkill rt_tgsigqueueinfo
  ofProcess: [62, 129, 234, 297],
};

const arm64: Machine = {
  auditArch: 0xc00000b7,
  seccomp: 277,
  refused: [
    // socket socketpair bind listen accept connect accept4
    ...[198, 199, 200, 201, 202, 203, 242],
    // execve execveat
    ...[221, 281],
    // ptrace tkill process_vm_readv process_vm_writev kcmp
    ...[117, 130, 270, 271, 272, ...recent.others],
    // setxattr lsetxattr removexattr lremovexattr mknodat mkdirat unlinkat symlinkat linkat renameat
    ...[5, 6, 14, 15, 33, 34, 35, 36, 37, 38],
    // truncate fchmodat fchownat utimensat renameat2
    ...[45, 53, 54, 88, 276, ...recent.files],
    // mq_open mq_unlink msgget msgctl msgrcv msgsnd semget semctl semtimedop semop shmget shmctl shmat
    ...[180, 181, 186, 187, 188, 189, 190, 191, 192, 193, 194, 195, 196],
    // unshare add_key request_key keyctl perf_event_open open_by_handle_at setns bpf userfaultfd
    ...[97, 217, 218, 219, 241, 265, 268, 280, 282],
  ],
  absent: [ringSetup, ...recent.absent],
  openat: 56,
  mmap: 222,
  clone: 220,
  ioctl: 29,
  // kill tgkill rt_sigqueueinfo rt_tgsigqueueinfo
  ofProcess: [129, 131, 138, 240],
};

/** By Node's names of them. */
export const machines: Readonly<Record<string, Machine>> = { x64, arm64 };
