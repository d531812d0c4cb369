// For Node 16.17 and for the page in Chrome 108, in processes and threads alike.

/** Adds what is not there. */
const lacking = (target, members) => {
  for (const [name, value] of Object.entries(members))
    if (!(name in target))
      Object.defineProperty(target, name, { value, writable: true, configurable: true });
};

// Promise.withResolvers: Chrome 119.
lacking(Promise, {
  withResolvers() {
    const parts = {};
    parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
    return parts;
  },
});

// Arrays' methods that change nothing: Chrome 110.
const copying = {
  toSorted(compare) {
    return this.slice().sort(compare);
  },
  toReversed() {
    return this.slice().reverse();
  },
  with(index, value) {
    const copy = this.slice();
    copy[index < 0 ? copy.length + index : index] = value;
    return copy;
  },
};
lacking(Array.prototype, {
  ...copying,
  toSpliced(...change) {
    const copy = this.slice();
    copy.splice(...change);
    return copy;
  },
});
lacking(Object.getPrototypeOf(Uint8Array.prototype), copying);

// Strings' toWellFormed: Chrome 111.
lacking(String.prototype, {
  toWellFormed() {
    return this.replace(/\p{Surrogate}/gu, '\ufffd');
  },
});

// Object.groupBy and Map.groupBy: Chrome 117.
const groups = (items, keyOf) => {
  const found = new Map();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = found.get(key);
    if (group) group.push(item);
    else found.set(key, [item]);
  }
  return found;
};
lacking(Map, { groupBy: groups });
lacking(Object, {
  groupBy: (items, keyOf) =>
    Object.assign(Object.create(null), Object.fromEntries(groups(items, keyOf))),
});

// Iterators' methods: Chrome 122. What the product calls, on whole lists.
const iterator = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
const onList = (name) =>
  function (each) {
    const answer = [...this][name](each);
    return Array.isArray(answer) && name !== 'find' ? answer.values() : answer;
  };
lacking(iterator, {
  map: onList('map'),
  filter: onList('filter'),
  flatMap: onList('flatMap'),
  some: onList('some'),
  every: onList('every'),
  find: onList('find'),
  toArray() {
    return [...this];
  },
});

// AbortSignal.any: Chrome 116.
lacking(AbortSignal, {
  any(signals) {
    const either = new AbortController();
    for (const signal of signals) {
      if (signal.aborted) either.abort();
      signal.addEventListener('abort', () => either.abort(), { once: true });
    }
    return either.signal;
  },
});

// Sets' methods: Chrome 122.
lacking(Set.prototype, {
  union(other) {
    return new Set([...this, ...other]);
  },
  intersection(other) {
    return new Set([...this].filter((each) => other.has(each)));
  },
  difference(other) {
    return new Set([...this].filter((each) => !other.has(each)));
  },
});

// Chrome 119: a page keeps its window open by preventing `beforeunload`, without a return value.
if (typeof BeforeUnloadEvent !== 'undefined') {
  const { preventDefault } = Event.prototype;
  BeforeUnloadEvent.prototype.preventDefault = function () {
    preventDefault.call(this);
    this.returnValue = '';
  };
}
