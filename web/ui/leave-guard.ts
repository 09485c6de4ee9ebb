/** Keeps unsaved changes from being lost: links, the back button and the closing of the tab ask first. */
import { createContext, useContext, useEffect } from 'react'
import type { AroundNavHandler } from 'wouter'

type Question = () => Promise<boolean>
type Held = { readonly question: Question; readonly path: string }

/** Stands between the router and the form on the page, if that form has something to lose. */
export class LeaveGuard {
  #held: Held | undefined

  /**
   * To be called before the router listens: browsers call listeners of the window in the order they came, and the router
   * would have taken the form away before it could object.
   */
  start(): void {
    window.addEventListener('popstate', (event) => this.#goingBack(event))
    window.addEventListener('beforeunload', (event) => {
      if (this.#held !== undefined) event.preventDefault()
    })
  }

  /** For the router: every navigation of our own passes here. */
  readonly aroundNavigation: AroundNavHandler = (navigate, to, options) => {
    const held = this.#held
    if (held === undefined) return navigate(to, options)
    void held.question().then((leave) => {
      if (!leave) return
      this.release()
      navigate(to, options)
    })
  }

  /** Until the returned function is called, leaving asks `question`. */
  hold(question: Question): () => void {
    const held = { question, path: window.location.pathname }
    this.#held = held
    return () => {
      if (this.#held === held) this.release()
    }
  }

  /** To be called right before a navigation that loses nothing: after saving, after deleting. */
  release(): void {
    this.#held = undefined
  }

  #goingBack(event: PopStateEvent): void {
    const held = this.#held
    if (held === undefined) return
    // Back has happened already: stand on the form's address again, and go for good when allowed.
    event.stopImmediatePropagation()
    window.history.pushState(null, '', held.path)
    void held.question().then((leave) => {
      if (!leave) return
      this.release()
      window.history.back()
    })
  }
}

export const LeaveGuardContext = createContext(new LeaveGuard())

/** While `active`, leaving asks `question`; returns the guard, for `release`. */
export function useLeaveGuard(active: boolean, question: Question): LeaveGuard {
  const guard = useContext(LeaveGuardContext)
  useEffect(() => (active ? guard.hold(question) : undefined))
  return guard
}
