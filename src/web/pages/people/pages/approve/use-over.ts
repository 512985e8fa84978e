import { useEffect, useRef } from 'preact/hooks'
import type { ShownPrompt } from '../../../../people/contract.ts'

/** The clocks of the page and the server are so far apart at most, once moments are told by the page's. */
const apartMs = 2_000

/**
 * Tells of a prompt whose time was up while the page showed it. One that ends earlier was answered somewhere else, or
 * given up: what came of it is not known here.
 */
export function useOver(
  prompt: ShownPrompt | undefined,
  onOver: (prompt: ShownPrompt) => void,
): void {
  const last = useRef<ShownPrompt | undefined>(undefined)
  useEffect(() => {
    const gone = last.current
    last.current = prompt
    if (prompt !== undefined || gone === undefined) return
    if (Date.now() >= gone.endsMs - apartMs) onOver(gone)
  }, [prompt])
}
