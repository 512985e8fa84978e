import * as certificates from '../../vectors/certificates.ts'
import {
  converse,
  eapTypes,
  type Inside,
  ownCertificate,
  peapInside,
  plainMethods,
  ttlsProofs,
  tunnel,
} from '../parts/eap-device.ts'
import type { Script } from '../parts/play.ts'
import { integer, type Play } from '../parts/scenario.ts'

const { gtc, md5, msChapV2, peap, tls, ttls } = eapTypes
const device = '00-1B-63-84-45-E6'
const password = 'wonderland'
const outer = 'anonymous@corp.example'

/** Of the scenario's person, through a tunnel. */
const inner = (s: Play, of = 'alice') => s.nameOf(of)

export const eap: Script = {
  about: 'EAP, with tunnels and without',
  files: {
    'server.pem': certificates.serverCertificate,
    'server.key': certificates.serverKey,
    'devices.pem': certificates.authority,
    'revoked.pem': certificates.revocations,
  },
  config: {
    eap: {
      cert_file: 'server.pem',
      key_file: 'server.key',
      devices: {
        ca_file: 'devices.pem',
        crl_file: 'revoked.pem',
        names: ['upn', 'email', 'common-name'],
      },
    },
    rules: [
      { name: 'plain', group: 'plain', second_factor: 'none' },
      { name: 'remember', gateway: 'remembering', remember: '12h' },
      { name: 'no-md5', group: 'careful', eap_method: 'md5', deny: true },
    ],
    reply_rules: [{ name: 'staff', group: 'staff', reply: { Class: 'OU=staff' }, vlan: 120 }],
  },
  gateways: {
    wire: { eap: { methods: ['md5', 'gtc', 'ms-chap-v2'] } },
    wifi: { eap: { methods: ['ttls', 'peap', 'tls'], packet_size: 1400, user_name: true } },
    bound: { eap: { methods: 'peap', packet_size: 1400, crypto_binding: 'required' } },
    remembering: { eap: { methods: ['ttls'], packet_size: 1400 }, person_specific_device: true },
    none: {},
    resuming: { eap: { methods: ['ttls', 'peap'], packet_size: 1400, resume: '1h' } },
  },
  scenarios: {
    md5: {
      about: 'EAP-MD5, right and wrong, with a call',
      people: {
        frank: { groups: ['plain'] },
        alice: { call: true },
        carol: { groups: ['careful'], call: true },
      },
      async play(s) {
        for (const [user, typed] of [
          ['frank', password],
          ['frank', 'wrong'],
          ['alice', password],
          ['carol', password],
        ] as const) {
          const name = inner(s, user)
          await converse(
            s,
            { to: 'wire', user, device, identity: name },
            plainMethods(md5, { name, password: typed }),
          )
        }
      },
    },
    gtc: {
      about: 'EAP-GTC, with a code after the password, or asked for',
      people: { frank: { groups: ['plain'] }, alice: { totp: true } },
      async play(s) {
        const frank = inner(s, 'frank')
        const alice = inner(s)
        await converse(
          s,
          { to: 'wire', device, identity: frank },
          plainMethods(gtc, { name: frank, password }),
        )
        const wrong = plainMethods(gtc, { name: frank, password: 'wrong' })
        await converse(s, { to: 'wire', device, identity: frank }, wrong)
        const say = { to: 'wire', user: 'alice', device, identity: alice }
        const appended = `${password},${s.totp(0, 'alice')}`
        await converse(s, say, plainMethods(gtc, { name: alice, password: appended }))
        await s.wait(31_000)
        const codes = [s.wrongCode('alice'), s.totp(0, 'alice')]
        await converse(s, say, plainMethods(gtc, { name: alice, password, codes }))
      },
    },
    'ms-chap-v2': {
      about: 'EAP-MSCHAPv2, right and wrong, with a call',
      people: { frank: { groups: ['plain'] }, alice: { call: true } },
      async play(s) {
        for (const [user, typed] of [
          ['frank', password],
          ['frank', 'wrong'],
          ['alice', password],
        ] as const) {
          const name = inner(s, user)
          const answer = plainMethods(msChapV2, { name, password: typed })
          await converse(s, { to: 'wire', user, device, identity: name }, answer)
        }
      },
    },
    wanted: {
      about: 'a device that wants a method that is not here, and EAP where there is none',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        const name = inner(s, 'frank')
        const answer = plainMethods(43, { name, password })
        await converse(s, { to: 'wire', device, identity: name }, answer)
        await converse(s, { to: 'none', device, identity: name }, answer)
        const wifi = { more: [integer(61, 19)], device, identity: name }
        await converse(s, { to: 'wire', ...wifi }, plainMethods(md5, { name, password }))
      },
    },
    broken: {
      about: 'packets of EAP that are none',
      people: { frank: { groups: ['plain'] } },
      async play(s) {
        const packets: readonly (readonly [string, Buffer])[] = [
          ['two bytes', Buffer.of(2, 1)],
          ['a length that is too long', Buffer.of(2, 1, 0, 99, 1)],
          ['a Request', Buffer.of(1, 1, 0, 5, 1)],
          ['a method before the identity', Buffer.of(2, 1, 0, 5, 4)],
          ['a Start', Buffer.alloc(0)],
        ]
        for (const [note, packet] of packets) await s.say({ to: 'wire', device, eap: packet, note })
        const state = Buffer.from('a State of another server')
        await s.say({
          to: 'wire',
          device,
          state,
          eap: Buffer.of(2, 2, 0, 5, 4),
          note: 'a State of another server',
        })
      },
    },
    'ttls-pap': {
      about: 'TTLS with PAP inside, right and wrong, with a code, with a call',
      people: { frank: { groups: ['plain'] }, alice: { totp: true }, bob: { call: true } },
      async play(s) {
        const ask = (of: string, typed: string) =>
          tunnel(
            s,
            { to: 'wifi', as: outer, device, identity: outer },
            ttls,
            `PAP of ${of}, ${typed}`,
            ttlsProofs.pap(inner(s, of), typed),
          )
        await ask('frank', password)
        await ask('frank', 'wrong')
        await ask('nobody', password)
        await ask('alice', `${password},${s.totp(0, 'alice')}`)
        await ask('alice', `${password},${s.wrongCode('alice')}`)
        await ask('alice', password)
        const held = { to: 'wifi', user: 'bob', as: outer, device, identity: outer }
        await tunnel(s, held, ttls, 'PAP of bob', ttlsProofs.pap(inner(s, 'bob'), password))
      },
    },
    'ttls-hashed': {
      about: 'TTLS with CHAP and MS-CHAPv2 inside',
      people: { frank: { groups: ['plain', 'staff'] } },
      async play(s) {
        const say = { to: 'wifi', as: outer, device, identity: outer }
        for (const typed of [password, 'wrong']) {
          await tunnel(s, say, ttls, `CHAP, ${typed}`, ttlsProofs.chap(inner(s, 'frank'), typed))
          await tunnel(
            s,
            say,
            ttls,
            `MS-CHAPv2, ${typed}`,
            ttlsProofs.msChapV2(inner(s, 'frank'), typed),
          )
        }
      },
    },
    'ttls-eap': {
      about: 'TTLS with EAP inside: GTC and MSCHAPv2',
      people: { frank: { groups: ['plain'] }, alice: { totp: true } },
      async play(s) {
        const say = { to: 'wifi', as: outer, device, identity: outer }
        for (const wanted of [gtc, msChapV2]) {
          for (const typed of [password, 'wrong']) {
            const name = inner(s, 'frank')
            const answer = plainMethods(wanted, { name, password: typed })
            await tunnel(s, say, ttls, `EAP type ${wanted}, ${typed}`, ttlsProofs.eap(name, answer))
          }
        }
        const name = inner(s)
        const codes = [s.totp(0, 'alice')]
        await tunnel(
          s,
          say,
          ttls,
          'GTC and a code',
          ttlsProofs.eap(name, plainMethods(gtc, { name, password, codes })),
        )
      },
    },
    peap: {
      about: 'PEAP with MSCHAPv2 and GTC, without a binding',
      people: { frank: { groups: ['plain'] }, alice: { totp: true } },
      async play(s) {
        for (const to of ['wifi', 'bound']) {
          const say = { to, as: outer, device, identity: outer }
          for (const wanted of [msChapV2, gtc]) {
            for (const typed of [password, 'wrong']) {
              const name = inner(s, 'frank')
              await tunnel(
                s,
                say,
                peap,
                `EAP type ${wanted}, ${typed}`,
                peapInside(plainMethods(wanted, { name, password: typed })),
              )
            }
          }
          const name = inner(s)
          const codes = [s.totp(0, 'alice')]
          await tunnel(
            s,
            say,
            peap,
            'GTC and a code',
            peapInside(plainMethods(gtc, { name, password, codes })),
          )
        }
      },
    },
    tls: {
      about: 'EAP-TLS: whose certificate it is, and whether it counts',
      people: {
        alice: {
          groups: ['plain'],
          entry: { upn: 'alice@corp.example', email: 'alice@mail.example' },
        },
      },
      async play(s) {
        const silent = { opened: () => undefined, heard: () => undefined }
        const say = { to: 'wifi', as: outer, device, identity: outer }
        const own = { key: certificates.userKey }
        await tunnel(s, say, tls, 'a certificate with a name of hers', silent, {
          ...own,
          cert: certificates.plain,
        })
        await tunnel(s, say, tls, 'a certificate for another account', silent, ownCertificate)
        await tunnel(s, say, tls, 'no certificate', silent)
        const { expired, revoked, foreign } = certificates
        for (const [about, cert] of Object.entries({ expired, revoked, foreign })) {
          await tunnel(s, say, tls, about, silent, { ...own, cert })
        }
      },
    },
    remembered: {
      about: 'a device that is remembered in TTLS',
      people: { alice: { totp: true } },
      async play(s) {
        const say = { to: 'remembering', as: outer, device, identity: outer }
        const typed = [password, `${password},${s.totp()}`, password]
        for (const each of typed)
          await tunnel(s, say, ttls, `PAP, ${each}`, ttlsProofs.pap(inner(s), each))
        const other = { ...say, device: '00-1B-63-84-45-E7' }
        await tunnel(s, other, ttls, 'another device', ttlsProofs.pap(inner(s), password))
      },
    },
    'peap-bound': {
      about: 'PEAP with a binding: of the right keys, and of others',
      people: { frank: { groups: ['plain'] }, alice: { totp: true } },
      async play(s) {
        const frank = inner(s, 'frank')
        for (const to of ['wifi', 'bound']) {
          const say = { to, as: outer, device, identity: outer }
          for (const isRight of [true, false]) {
            const { answer, innerKey } = boundMsChap(frank)
            const keys = isRight ? 'its key' : 'another key'
            const other = () => Buffer.from(innerKey()).reverse()
            const inside = peapInside(answer, isRight ? innerKey : other)
            await tunnel(s, say, peap, `MSCHAPv2, bound with ${keys}`, inside)
          }
        }
        const name = inner(s)
        const codes = [s.totp(0, 'alice')]
        const answer = plainMethods(gtc, { name, password, codes })
        const say = { to: 'bound', as: outer, device, identity: outer }
        await tunnel(
          s,
          say,
          peap,
          'GTC, bound',
          peapInside(answer, () => Buffer.alloc(0)),
        )
      },
    },
    resumed: {
      about: 'a device that comes back with its session of TLS, whose second factor is asked again',
      people: {
        frank: { groups: ['plain'] },
        alice: { call: true },
      },
      async play(s) {
        const say = { to: 'resuming', as: outer, device, identity: outer }
        const frank = inner(s, 'frank')
        const pap = kept(s, ttlsProofs.pap(frank, password))
        await tunnel(s, say, ttls, 'PAP', pap.inside)
        await tunnel(s, say, ttls, 'PAP again', pap.inside, pap.session())
        const wrong = kept(s, ttlsProofs.pap(frank, 'wrong'))
        await tunnel(s, say, ttls, 'a wrong PAP', wrong.inside)
        await tunnel(s, say, ttls, 'a wrong PAP again', wrong.inside, wrong.session())
        const { answer, innerKey } = boundMsChap(frank)
        const bound = kept(s, peapInside(answer, innerKey))
        await tunnel(s, say, peap, 'MSCHAPv2', bound.inside)
        await tunnel(s, say, peap, 'MSCHAPv2 again', bound.inside, bound.session())
        await tunnel(s, say, ttls, 'the session of PEAP', pap.inside, bound.session())
        const held = kept(s, ttlsProofs.pap(inner(s), password))
        const alice = { ...say, user: 'alice' }
        await tunnel(s, alice, ttls, 'PAP and a call', held.inside)
        await tunnel(s, alice, ttls, 'PAP and a call again', held.inside, held.session())
        await s.wait(3_600_000, { stepMs: 60_000 })
        await tunnel(s, say, ttls, 'PAP an hour later', pap.inside, pap.session())
      },
    },
  },
}

/** MSCHAPv2 of this user, and the key that it makes. */
function boundMsChap(name: string) {
  let key: Uint8Array = new Uint8Array(0)
  const onKey = (made: Uint8Array) => {
    key = made
  }
  return { answer: plainMethods(msChapV2, { name, password, onKey }), innerKey: () => key }
}

/** Keeps the session of its tunnel, and says nothing in one that was resumed. */
function kept(s: Play, { opened, heard }: Inside) {
  let session: Buffer | undefined
  const inside: Inside = {
    opened(socket) {
      const isResumed = socket.isSessionReused()
      s.tell(isResumed ? 'the session is resumed' : 'the session is new')
      session = socket.getSession()
      const said = opened(socket)
      return isResumed ? undefined : said
    },
    heard,
  }
  return { inside, session: () => (session === undefined ? {} : { session }) }
}
