/** Compares by a text such as an instant or a day; what is equal keeps its order when it is sorted. */
export const byText =
  <T>(of: (one: T) => string) =>
  (one: T, other: T): number => {
    const [a, b] = [of(one), of(other)];
    return Number(a > b) - Number(a < b);
  };
