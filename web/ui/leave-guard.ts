/** Keeps unsaved changes from being lost: links, the back button and the closing of the tab ask first. */
import { createContext, useContext, useEffect } from 'react'
import type { AroundNavHandler } from 'wouter'

type Question = () => Promise<boolean>

/** Stands between the router and the form on the page, if that form has something to lose. */
export class LeaveGuard {
  #question: Question | undefined

  /** For the router: every navigation of our own passes here. */
  readonly aroundNavigation: AroundNavHandler = (navigate, to, options) => {
    const question = this.#question
    if (question === undefined) return navigate(to, options)
    void question().then((leave) => {
      if (!leave) return
      this.release()
      navigate(to, options)
    })
  }

  /** Until the returned function is called, leaving asks `question`. */
  hold(question: Question): () => void {
    this.#question = question
    const here = window.location.pathname
    const onClose = (event: BeforeUnloadEvent): void => {
      if (this.#question === question) event.preventDefault()
    }
    const onBack = (event: PopStateEvent): void => {
      if (this.#question !== question) return
      // Back has happened already: stand on the form's address again, and go for good when allowed.
      event.stopImmediatePropagation()
      window.history.pushState(null, '', here)
      void question().then((leave) => {
        if (!leave) return
        this.release()
        window.history.back()
      })
    }
    window.addEventListener('beforeunload', onClose)
    window.addEventListener('popstate', onBack, { capture: true })
    return () => {
      if (this.#question === question) this.release()
      window.removeEventListener('beforeunload', onClose)
      window.removeEventListener('popstate', onBack, { capture: true })
    }
  }

  /** To be called right before a navigation that loses nothing: after saving, after deleting. */
  release(): void {
    this.#question = undefined
  }
}

export const LeaveGuardContext = createContext(new LeaveGuard())

/** While `active`, leaving asks `question`; returns the guard, for `release`. */
export function useLeaveGuard(active: boolean, question: Question): LeaveGuard {
  const guard = useContext(LeaveGuardContext)
  useEffect(() => (active ? guard.hold(question) : undefined))
  return guard
}
