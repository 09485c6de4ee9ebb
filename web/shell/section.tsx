/** A part of the panel whose code is a file of its own, loaded when first shown or, before that, when there is time. */
import { use, type ComponentType } from 'react'

/** The code did not come: the server is away, or was upgraded and its files have other names. */
export class NotLoaded extends Error {}

export class Section<Props extends object = object> {
  readonly #load: () => Promise<ComponentType<Props>>
  #coming: Promise<ComponentType<Props>> | undefined
  #failed = false

  constructor(load: () => Promise<ComponentType<Props>>) {
    this.#load = load
  }

  /** Suspends until the code is here. Throws `NotLoaded`, again and again until `forgive`. */
  readonly Page = (props: Props) => {
    const Loaded = use(this.#begin())
    return <Loaded {...props} />
  }

  /** Resolves in any case: a failure is nobody's business until the section is opened. */
  async preload(): Promise<void> {
    await this.#begin().catch(() => this.forgive())
  }

  /** After a failure, the next look tries again. */
  forgive(): void {
    if (this.#failed) this.#coming = undefined
    this.#failed = false
  }

  #begin(): Promise<ComponentType<Props>> {
    this.#coming ??= this.#load().catch((cause: unknown) => {
      this.#failed = true
      throw new NotLoaded('a section was not loaded', { cause })
    })
    return this.#coming
  }
}
