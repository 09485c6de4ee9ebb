/** A typed list of listeners. What must travel up the house travels as one of these events. */

export type Off = () => void

/** `Events` maps an event's name to the tuple of its arguments. */
export class Emitter<Events extends Record<string, readonly unknown[]>> {
  readonly #listeners = new Map<keyof Events, Set<(...args: never) => void>>()

  /** Calls `listener` at every `name` until the returned function is called. */
  on<Name extends keyof Events>(name: Name, listener: (...args: Events[Name]) => void): Off {
    let set = this.#listeners.get(name)
    if (!set) this.#listeners.set(name, (set = new Set()))
    set.add(listener)
    return () => set.delete(listener)
  }

  /** As {@link on}, for the next occurrence only. */
  once<Name extends keyof Events>(name: Name, listener: (...args: Events[Name]) => void): Off {
    const off = this.on(name, (...args) => {
      off()
      listener(...args)
    })
    return off
  }

  /** Calls the listeners in the order they came. One that is removed while emitting is not called any more. */
  emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void {
    const set = this.#listeners.get(name)
    if (!set) return
    for (const listener of Array.from(set)) if (set.has(listener)) (listener as (...args: Events[Name]) => void)(...args)
  }

  /** Forgets all listeners; the owner's last act. */
  clear(): void {
    this.#listeners.clear()
  }
}
