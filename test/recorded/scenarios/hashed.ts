import { encodeVendorAttribute } from '../../../src/radius/index.ts'
import { msChapAttributes } from '../../lab/ms-chap-gateway.ts'
import { encryptNewPassword } from '../../mschap/new-password.ts'
import type { Script } from '../parts/play.ts'
import { msChapResponse } from '../parts/proofs.ts'
import { integer, type Play, type Say, type Sent } from '../parts/scenario.ts'

const device = '203.0.113.7'
const microsoft = 311
const stateOf = (sent: Sent) => sent.reply?.state

/** The three kinds of proof that hold no password. */
const proofs: Readonly<Record<string, (password: string) => Say>> = {
  CHAP: (chap) => ({ chap }),
  'MS-CHAPv2': (msChap) => ({ msChap }),
  'MS-CHAPv1': (msChap1) => ({ msChap1 }),
}

async function everyProof(s: Play, to: string, password = 'wonderland'): Promise<void> {
  for (const proof of Object.values(proofs)) {
    await s.say({ to, ...proof(password), device })
    await s.wait(11_000)
  }
}

export const hashed: Script = {
  about: 'CHAP and MS-CHAP',
  config: {
    rules: [
      {
        name: 'plain',
        group: 'plain',
        gateway: ['auto', 'v2-only', 'wifi'],
        second_factor: 'none',
      },
    ],
  },
  gateways: {
    auto: { flow: 'auto', ms_chap_v1: true },
    'v2-only': { flow: 'auto' },
    append: { flow: 'append', ms_chap_v1: true },
    hold: { flow: 'hold', ms_chap_v1: true },
    ask: { flow: 'challenge', ms_chap_v1: true },
    'code-only': { flow: 'code-only', first_factor: 'none', directories: 'people' },
    first: { flow: 'auto', second_factor_first: true, ms_chap_v1: true },
    wifi: { flow: 'auto', eap: { methods: ['md5'] } },
  },
  scenarios: {
    plain: {
      about: 'right, where no second factor is asked',
      people: { frank: { groups: ['plain'] } },
      play: (s) => everyProof(s, 'auto'),
    },
    wrong: {
      about: 'wrong',
      people: { frank: { groups: ['plain'] } },
      play: (s) => everyProof(s, 'auto', 'looking-glass'),
    },
    unknown: {
      about: 'of no one',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        for (const proof of Object.values(proofs))
          await s.say({ to: 'auto', user: 'mallory', ...proof('wonderland') })
      },
    },
    'v1-off': {
      about: 'version 1 where it does not count',
      people: { frank: { groups: ['plain'] } },
      play: (s) => everyProof(s, 'v2-only'),
    },
    append: {
      about: 'where a code belongs after the password',
      people: { alice: { totp: true } },
      play: (s) => everyProof(s, 'append'),
    },
    first: {
      about: 'where the code comes first',
      people: { alice: { totp: true } },
      play: (s) => everyProof(s, 'first'),
    },
    hold: {
      about: 'a call',
      people: { alice: { call: true } },
      async play(s) {
        for (const proof of Object.values(proofs)) {
          await s.send({ to: 'hold', ...proof('wonderland'), device })
          await s.press('#')
          await s.wait(11_000)
        }
      },
    },
    ask: {
      about: 'a question, answered in the clear',
      people: { alice: { totp: true } },
      async play(s) {
        for (const proof of Object.values(proofs)) {
          const asked = await s.say({ to: 'ask', ...proof('wonderland'), device })
          await s.say({ to: 'ask', password: s.totp(), device, state: stateOf(asked) })
          await s.wait(31_000)
        }
      },
    },
    'ask-hashed': {
      about: 'a question, answered with a hash of the code, right and wrong',
      people: { alice: { totp: true } },
      async play(s) {
        for (const proof of Object.values(proofs)) {
          const asked = await s.say({ to: 'ask', ...proof('wonderland'), device })
          const again = await s.say({
            to: 'ask',
            ...proof(s.wrongCode()),
            device,
            state: stateOf(asked),
          })
          await s.say({ to: 'ask', ...proof(s.totp()), device, state: stateOf(again) })
          await s.wait(31_000)
        }
      },
    },
    written: {
      about: 'a question, answered in the clear in the place of a response',
      people: { alice: { totp: true } },
      async play(s) {
        const asked = await s.say({ to: 'ask', msChap: 'wonderland', device })
        const value = Buffer.alloc(50)
        value.write(s.totp(), 2, 'latin1')
        await s.say({
          ...{ to: 'ask', device, state: stateOf(asked), note: 'the code in MS-CHAP2-Response' },
          more: encodeVendorAttribute(microsoft, 25, value),
        })
      },
    },
    'code-only': {
      about: 'a code alone, as a hash',
      people: { alice: { totp: true } },
      async play(s) {
        await s.say({ to: 'code-only', chap: s.totp() })
        await s.say({ to: 'code-only', msChap: s.totp() })
        await s.say({ to: 'code-only', msChap: s.wrongCode() })
        await s.say({ to: 'code-only', msChap: s.totp(1) })
      },
    },
    both: {
      about: 'two proofs in one packet, and none',
      people: { alice: { totp: true } },
      async play(s) {
        await s.say({ to: 'auto', password: 'wonderland', chap: 'wonderland' })
        await s.say({ to: 'auto', password: 'wonderland', msChap: 'wonderland' })
        await s.say({ to: 'auto', chap: 'wonderland', msChap1: 'wonderland' })
        await s.say({ to: 'auto', msChap: 'wonderland', msChap1: 'wonderland' })
        await s.say({ to: 'auto' })
      },
    },
    malformed: {
      about: 'proofs that are none',
      people: { alice: { totp: true } },
      async play(s) {
        const more = [{ type: 3, value: Buffer.alloc(12, 1) }]
        await s.say({ to: 'auto', note: 'CHAP-Password of 12 bytes', more })
        const response = encodeVendorAttribute(microsoft, 25, Buffer.alloc(49))
        await s.say({
          to: 'auto',
          note: 'MS-CHAP2-Response of 49 bytes, no challenge',
          more: response,
        })
        const change = encodeVendorAttribute(microsoft, 27, Buffer.alloc(68, 7))
        await s.say({ to: 'auto', note: 'MS-CHAP2-CPW without a new password', more: change })
        await s.say({
          to: 'auto',
          note: 'User-Password of 15 bytes',
          more: [{ type: 2, value: Buffer.alloc(15) }],
        })
        await s.say({
          to: 'auto',
          note: 'User-Password of 144 bytes',
          more: [{ type: 2, value: Buffer.alloc(144, 3) }],
        })
      },
    },
    wifi: {
      about: 'MS-CHAP without EAP on Wi-Fi, and on a wire',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        for (const port of [19, 15]) {
          await s.say({
            to: 'wifi',
            msChap: 'wonderland',
            device,
            note: `NAS-Port-Type ${port}`,
            more: [integer(61, port)],
          })
        }
      },
    },
    names: {
      about: 'MS-CHAP with a domain in front, and in other letters',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        for (const as of ['PEOPLE\\*', 'CORP\\*', '*@people', '*'])
          await s.say({ to: 'auto', as, msChap: 'wonderland' })
        await s.say({ to: 'auto', as: 'NAMES~FRANK', msChap: 'wonderland' })
      },
    },
    'new-password': {
      about: 'a whole MS-CHAP2-CPW, where the directory sets no passwords',
      people: { frank: { groups: ['plain'] }, alice: { totp: true } },
      async play(s) {
        for (const user of ['frank', 'alice']) {
          const userName = s.nameOf(user)
          const proof = msChapResponse('jabberwocky', { userName, seed: userName, version: 2 })
          const change = encryptNewPassword('wonderland', 'jabberwocky', (bytes) =>
            Buffer.alloc(bytes, 7),
          )
          const more = msChapAttributes({ ...proof, change })
          const say = { to: 'auto', user, device, note: 'a new password', more }
          await s.say(say)
          // After a sign-in with the old one as well.
          await s.say({ to: 'auto', user, device, msChap: 'wonderland' })
          await s.say(say)
        }
      },
    },
  },
}
