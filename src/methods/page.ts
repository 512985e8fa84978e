import type { ApprovalMethod } from '../signin/index.ts'
import type { Bell } from './phones/bell.ts'

/**
 * A prompt that waits on a page of ours, which brings its answer itself. `bell`: tells the phones that it is there. What becomes
 * of that changes nothing here.
 */
export function createPageMethod(method: 'passkey' | 'push', bell?: Bell): ApprovalMethod {
  return {
    method,
    prompt(request, observer, signal) {
      const end = () => observer.onEnd({ kind: 'timeout' })
      if (signal.aborted) return end()
      signal.addEventListener('abort', end, { once: true })
      bell?.ring(request, signal)
    },
    endOrphan: async () => undefined,
  }
}
