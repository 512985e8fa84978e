import { createHttpServer, type DemoPhonePort, demoPhonePlugin } from '../../../../src/web/index.ts'
import type { TwilioStandIn } from '../../twilio-stand-in.ts'

/** A phone whose keys are pressed on a page, for the calls of a number at the stand-in. */
export type PhonePage = { readonly url: string; stop(): Promise<void> }

type OpenCall = { readonly keys: string[]; press(keys: string): void }

/** More keys than a call asks for. */
const mostKeys = 20

export async function servePhone(
  twilio: TwilioStandIn,
  { number, user }: { readonly number: string; readonly user: string },
): Promise<PhonePage> {
  const calls = new Map<string, OpenCall & { readonly at: string }>()
  /** Of the calls that were answered, and not yet seen in the list. */
  const answered: OpenCall[] = []
  twilio.people.set(number, {
    does: 'answers',
    hangsUp: true,
    // Read once for each call.
    get keys() {
      const waiting = Array.from({ length: mostKeys }, () => Promise.withResolvers<string>())
      const keys: string[] = []
      answered.push({
        keys,
        press(pressed) {
          waiting[keys.length]?.resolve(pressed)
          keys.push(pressed)
        },
      })
      return waiting.map(({ promise }) => promise)
    },
  })

  function find(id: string): (OpenCall & { readonly at: string }) | undefined {
    for (const [sid, { form }] of twilio.calls) {
      if (form.To !== number || calls.has(sid)) continue
      const call = answered.shift()
      if (call !== undefined) calls.set(sid, { ...call, at: new Date().toISOString() })
    }
    return calls.get(id)
  }

  function show(sid: string): object {
    const call = find(sid)
    const text = lastWords(twilio, sid)
    const state = stateOf(twilio.calls.get(sid)?.status, call?.keys ?? [], text)
    return { id: sid, kind: 'call', to: number, user, text, state, at: call?.at }
  }

  function answer(sid: string, keys: string): ReturnType<DemoPhonePort['press']> {
    const call = find(sid)
    if (call === undefined) return { kind: 'unknown' }
    if (!isOpen(twilio.calls.get(sid)?.status)) return { kind: 'ended', state: 'ended' }
    call.press(keys)
    return { kind: 'done', message: show(sid) }
  }

  const port: DemoPhonePort = {
    list: () => [...twilio.calls.keys()].filter(find).map(show).reverse(),
    press: answer,
    // Silence is what Holdfast hears of someone who puts the phone down on the table.
    decline: (sid) => answer(sid, ''),
  }
  const server = await createHttpServer({
    listen: { host: '127.0.0.1', port: 0 },
    plugins: [demoPhonePlugin(port)],
  })
  const { port: bound } = await server.start()
  return { url: `http://127.0.0.1:${bound}/demo/`, stop: () => server.stop() }
}

function isOpen(status: string | undefined): boolean {
  return status === 'queued' || status === 'ringing' || status === 'in-progress'
}

function stateOf(status: string | undefined, keys: readonly string[], text: string): string {
  if (isOpen(status)) return keys.length === 0 ? 'ringing' : 'talking'
  if (text === '') return 'failed'
  const pressed = keys.join('')
  if (pressed.includes('0')) return 'fraud'
  return pressed.includes('#') ? 'approved' : 'timeout'
}

/** What the voice said last. */
function lastWords({ webhooks }: TwilioStandIn, sid: string): string {
  const said = webhooks.findLast(
    ({ form, path, reply }) =>
      form.CallSid === sid && path.startsWith('/twilio/call/') && reply.includes('<Say'),
  )
  const [, text = ''] = /<Say[^>]*>([^<]*)</.exec(said?.reply ?? '') ?? []
  return text.replaceAll('&apos;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}
