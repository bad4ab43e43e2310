/** Runs asynchronous steps one after the other; a step that fails does not hold up the next. */
export function sequence(): <Result>(step: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (step) => {
    const result = last.then(step, step);
    last = result;
    return result;
  };
}
