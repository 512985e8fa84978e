import { expect } from 'chai'
import { observeSignIns, observeTransport } from '../../src/compose/observe.ts'
import { createCounters, type LogEvent } from '../../src/ops/index.ts'
import { type DropReason, dropReasons, referenceOf } from '../../src/signin/index.ts'
import { load, valid } from '../config/load-text.ts'

const config = load(
  valid.replace(
    / {2}vpn: .*\n/,
    ['mikrotik', 'meraki']
      .map(
        (name, index) =>
          `  ${name}: { preset: ${name}, address: 192.0.2.${index}, secret: "file:vpn" }\n`,
      )
      .concat('  plain: { address: 192.0.2.9, secret: "file:vpn" }\n')
      .join(''),
  ),
)

function remedyFor(reason: DropReason, gateway?: string): string | undefined {
  const events: LogEvent[] = []
  const logger = { log: (event: LogEvent) => void events.push(event), setLevel: () => undefined }
  const observer = observeTransport(
    logger,
    createCounters(),
    () => config,
    () => undefined,
    () => undefined,
  )
  const from = { source: '192.0.2.1', sourcePort: 1024, log: true, suppressed: 0 }
  observer.onDrop({ reason, ...from, ...(gateway === undefined ? {} : { gateway }) })
  const [event] = events
  return event?.event === 'packet-dropped' ? event.remedy : undefined
}

describe('the reference in the log', () => {
  const events: LogEvent[] = []
  const logger = { log: (event: LogEvent) => void events.push(event), setLevel: () => undefined }
  const from = { source: '192.0.2.1', sourcePort: 1024, log: true, suppressed: 0 }

  it('is on the drop of a sign-in that was begun, and on no other', () => {
    const nothing = () => undefined
    const observer = observeTransport(logger, createCounters(), () => config, nothing, nothing)
    observer.onDrop({ reason: 'no-time-left', gateway: 'plain', attemptId: 'x1', ...from })
    observer.onDrop({ reason: 'message-authenticator-wrong', gateway: 'plain', ...from })
    const [begun, unproven] = events.splice(0)
    expect(begun).to.include({ attemptId: 'x1', reference: referenceOf('x1') })
    expect(unproven).not.to.have.any.keys('attemptId', 'reference')
  })

  it('is on the line of a sign-in as its record has it', () => {
    const { signIn } = observeSignIns(logger)
    const record = {
      ...{ signInId: 's', attemptId: 'x1', startedAtMs: 0, endedAtMs: 0, gateway: 'plain' },
      ...{ sourceAddress: '192.0.2.1', userName: 'alice', timeline: [] },
    }
    signIn({ ...record, outcome: 'reject', reason: 'denied', reference: '7K2M' })
    signIn({ ...record, outcome: 'accept', reason: 'accepted' })
    const [refused, accepted] = events.splice(0)
    expect(refused).to.have.property('reference', '7K2M')
    expect(accepted).not.to.have.property('reference')
  })
})

describe('the log line of a packet without Message-Authenticator (RULES 17)', () => {
  const missing = 'message-authenticator-missing'
  const { remedy } = dropReasons[missing]

  it('says how that kind of gateway is brought to send it', () => {
    expect(remedyFor(missing, 'mikrotik')).to.equal(
      `${remedy} MikroTik RouterOS: Update RouterOS to 7.15 or later and set require-message-auth of the RADIUS entry to yes-for-request-resp.`,
    )
  })

  it('says the usual where the preset does not know, or there is none', () => {
    for (const gateway of ['meraki', 'plain', 'gone-since-reload', undefined]) {
      expect(remedyFor(missing, gateway)).to.equal(remedy)
    }
  })

  it('advises learn only where the configuration takes it', () => {
    expect(remedy).to.match(/learn, for single addresses; where nas_identifier chooses/)
    const learning = (entry: string) => () => load(valid.replace('secret:', `${entry}, secret:`))
    expect(learning('message_authenticator: learn')).to.not.throw()
    for (const more of ['nas_identifier: a', 'trust_nas_identifier: true, nas_identifier: b']) {
      expect(learning(`message_authenticator: learn, ${more}`)).to.throw(/must be required/)
    }
  })

  it('says it for no other reason', () => {
    expect(remedyFor('packet-malformed', 'mikrotik')).to.equal(
      dropReasons['packet-malformed'].remedy,
    )
  })
})
