declare module 'kafkajs/src/consumer/runner' {
  /** What fetches and hands over, of one consumer. Not part of what kafkajs documents. */
  class Runner {
    readonly running: boolean;
    fetch: (this: Runner, nodeId: number) => Promise<readonly object[]>;
  }
  export = Runner;
}
