import type { ApprovalMethod } from '../signin/index.ts'

/** A prompt that waits on a page of ours. The page brings its answer itself: nothing rings here. */
export function createPageMethod(method: 'passkey' | 'push'): ApprovalMethod {
  return {
    method,
    prompt(_request, observer, signal) {
      const end = () => observer.onEnd({ kind: 'timeout' })
      if (signal.aborted) end()
      else signal.addEventListener('abort', end, { once: true })
    },
    endOrphan: async () => undefined,
  }
}
