import type { LookupFunction } from 'node:net'
import type { CheckRow } from '../../operations/index.ts'
import { messageOf } from '../../support/index.ts'
import { askPublic } from './ask.ts'
import type { ReachProbe } from './probe.ts'

export type WebhookReach = {
  /** In the order in which the provider asks them. */
  readonly publicUrls: readonly string[]
  readonly probe: ReachProbe
  /** As the file has it: `0.0.0.0:8081`. */
  readonly listen: string
  readonly signal: AbortSignal
  /** PEM of further authorities that are trusted, for tests. */
  readonly authorities?: readonly string[]
  /** Another way to find names, for tests. */
  readonly lookup?: LookupFunction
}

const limitMs = 10_000

/** Asks each address of `webhooks.public_url` below `/twilio/`, which a proxy passes on, and says which do not lead to a node of ours. */
export async function checkWebhookReach(options: WebhookReach): Promise<readonly CheckRow[]> {
  return Promise.all(options.publicUrls.map((url) => checkOne(url, options)))
}

async function checkOne(
  publicUrl: string,
  { probe, listen, lookup, authorities = [], signal: stop }: WebhookReach,
): Promise<CheckRow> {
  const row = { area: 'web', what: 'webhooks.public_url' } as const
  const question = probe.begin('/twilio/reach')
  const signal = AbortSignal.any([stop, AbortSignal.timeout(limitMs)])
  const remedy = `Let ${publicUrl} lead to a node, and the proxy there pass on /twilio/ to webhooks.listen (${listen} here).`
  try {
    const { proof, status } = await askPublic({
      url: new URL(publicUrl.replace(/\/+$/, '') + question.path),
      ...{ headers: {}, trustAny: false, authorities, lookup },
      signal,
    })
    if (status === 421) {
      const detail = `${publicUrl}: the proxy asks for another host than that of public_url`
      return { ...row, state: 'failed', detail, remedy: 'Let the proxy pass on the Host header.' }
    }
    if (question.isOfNode(proof)) {
      return { ...row, state: 'ok', detail: `${publicUrl} answers, from another node`, remedy: '' }
    }
    if (question.arrival() !== undefined) {
      return { ...row, state: 'ok', detail: `${publicUrl} answers, from this node`, remedy: '' }
    }
    const detail = `${publicUrl}: another server answers there (${status})`
    return { ...row, state: 'failed', detail, remedy }
  } catch (error) {
    const reason = signal.aborted ? 'no answer in 10 s' : messageOf(error)
    return {
      ...row,
      state: 'warning',
      detail: `${publicUrl}: does not answer this machine: ${reason}`,
      remedy: `Look from outside whether it does. If not, calls end without an answer: ${remedy}`,
    }
  } finally {
    question.end()
  }
}
