import type { ApprovalMethod, PromptObserver } from '../signin/index.ts'
import type { Bell } from './phones/bell.ts'

/**
 * A prompt that waits on a page of ours, which brings its answer itself. `bell`: tells the phones that it is there. What becomes
 * of that changes nothing here.
 */
export function createPageMethod(method: 'passkey' | 'push', bell?: Bell): ApprovalMethod {
  function waitForEnd(observer: PromptObserver, signal: AbortSignal): void {
    const end = () => observer.onEnd({ kind: 'timeout' })
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  }

  return {
    method,
    prompt(request, observer, signal) {
      waitForEnd(observer, signal)
      if (!signal.aborted) bell?.ring(request, signal)
    },
    // Phones have been told, or a process that is still alive will tell them.
    resume: (_request, _begun, observer, signal) => waitForEnd(observer, signal),
    endOrphan: async () => undefined,
  }
}
