// Asks the demo phone of the service in this network for the test that has started it, one question at a time.
import { demoPhone } from '../demo-phone.ts'

const phone = demoPhone(8080)
let before: Promise<unknown> = Promise.resolve()

process.on('message', ({ method, args }: { method: 'next' | 'press' | 'calls'; args: [] }) => {
  before = before.then(async () => {
    try {
      process.send?.({ value: await (phone[method] as (...args: []) => unknown)(...args) })
    } catch (error) {
      process.send?.({ error: String(error) })
    }
  })
})
