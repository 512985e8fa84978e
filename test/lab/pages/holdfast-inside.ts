// Holdfast in the machine of a gateway, with a stand-in for Twilio beside it: run by holdfast.ts, which says
// what happens to the phones. A phone is answered at once; what is pressed comes later.
import { createApp } from '../../../src/compose/index.ts'
import { accountSid, authToken, publicUrl, until } from '../providers-lab.ts'
import { LoopbackClient } from '../twilio-loopback.ts'
import { startTwilioStandIn } from '../twilio-stand-in.ts'
import type { Question } from './holdfast.ts'

const [configFile = '', webhooks = ''] = process.argv.slice(2)
const standIn = await startTwilioStandIn({ accountSid, authToken, publicUrl })
standIn.deliverTo = webhooks
const pressing = new Map<string, (keys: string) => void>()

function answerNextCall(number: string): void {
  const { promise, resolve } = Promise.withResolvers<string>()
  standIn.people.set(number, { does: 'answers', keys: [promise] })
  pressing.set(number, resolve)
}

/** How often a call to this number has asked for a key. */
function asked(number: string): number {
  const calls = [...standIn.calls.values()].filter(({ form }) => form.To === number)
  return calls.filter(({ sid }) =>
    standIn.webhooks.some(({ form, reply }) => form.CallSid === sid && reply.includes('<Gather')),
  ).length
}

async function answer(question: Question): Promise<number> {
  const { number } = question
  if (question.ask === 'phone') answerNextCall(number)
  if (question.ask === 'ring') await until(() => asked(number) >= question.times)
  if (question.ask === 'press') {
    pressing.get(number)?.('#')
    answerNextCall(number)
  }
  return asked(number)
}

process.on('message', (question: Question) => {
  answer(question).then(
    (value) => process.send?.({ id: question.id, value }),
    (error: unknown) => process.send?.({ id: question.id, error: String(error) }),
  )
})

const app = await createApp({
  configFile,
  env: process.env,
  version: '0.0.0',
  log: process.stderr,
  print: () => undefined,
  twilioHttpClient: new LoopbackClient(standIn),
})
await app.start()
console.log('started')
