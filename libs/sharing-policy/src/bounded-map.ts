/** A memo that forgets its oldest entry when it is full, so that odd requests cannot fill the memory. */
export class BoundedMap<Key, Value extends object> {
  private readonly entries = new Map<Key, Value>();

  constructor(private readonly limit: number) {}

  getOrMake(key: Key, make: () => Value): Value {
    const held = this.entries.get(key);
    if (held !== undefined) return held;
    const value = make();
    if (this.entries.size >= this.limit) {
      const oldest = this.entries.keys().next();
      if (!oldest.done) this.entries.delete(oldest.value);
    }
    this.entries.set(key, value);
    return value;
  }
}
