import { expect } from 'chai'
import { checkNotifications } from '../../../src/operations/index.ts'

const { signal } = new AbortController()
const nowMs = 1_800_000_000_000

type Said = { readonly service: string; readonly answer: string; readonly times: number }

const bells = (subscribed: number, said: readonly Said[] = [], lost = 0) => ({
  count: async () => said,
  countPhones: async () => ({ phones: 3, subscribed, lost }),
})
const push = (problem?: string) => ({
  origins: ['https://push.example.com'],
  probe: async () => problem,
})
const linesOf = async (...[service, asked]: [ReturnType<typeof push> | undefined, object]) =>
  (await checkNotifications(service, asked as ReturnType<typeof bells>, nowMs, signal)).map(
    ({ detail, state, what }) => `${state} ${what}: ${detail}`,
  )

describe('the check of notifications', () => {
  it('says nothing where no one has a phone', async () => {
    const none = { ...bells(0), countPhones: async () => ({ phones: 0, subscribed: 0, lost: 0 }) }
    expect(await linesOf(push(), none)).to.deep.equal([])
  })

  it('counts phones, and asks the push services whether they are there', async () => {
    expect(await linesOf(push(), bells(2))).to.deep.equal([
      'ok notifications: 3 phones, 2 with notifications',
      'ok push service push.example.com: answers',
    ])
    expect(await linesOf(push('ECONNREFUSED'), bells(2, [], 1))).to.deep.equal([
      'ok notifications: 3 phones, 2 with notifications; 1 lost theirs, and get them again when their page is opened',
      'warning push service push.example.com: no answer: ECONNREFUSED',
    ])
  })

  it('warns where push services cannot be told who we are', async () => {
    expect(await linesOf(undefined, bells(0))).to.deep.equal([
      'warning notifications: phones get none: push services want an https address or a mail address of yours',
    ])
  })

  it('names what was refused in the last day, and not what is everyday life', async () => {
    const said = ['201', '410', '404', '403', '503'].map((answer) => ({
      ...{ service: 'push.example.com', answer, times: 2 },
    }))
    expect((await linesOf(push(), bells(2, said))).slice(2)).to.deep.equal([
      'warning push service push.example.com: did not take 2 notifications in the last day: 403',
      'warning push service push.example.com: did not take 2 notifications in the last day: 503',
    ])
  })
})
