/** Told one by one; of more it is said how many. */
const mostTold = 20;

/** Gives others their turn, says how far it is, and throws when it is to end. */
export type Turn = (share: number) => Promise<void>;

/** What is wrong: names of tables, numbers of pages and rows, never their content. */
export class Report {
  readonly problems: string[] = [];
  inAll = 0;

  tell(what: string): void {
    this.inAll += 1;
    if (this.problems.length < mostTold) this.problems.push(what);
  }
}
