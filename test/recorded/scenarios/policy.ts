import { attributeType } from '../../../src/radius/index.ts'
import type { Script } from '../parts/play.ts'
import { integer, type Play, type Sent, text } from '../parts/scenario.ts'

const device = '203.0.113.7'
const laptop = '00-1B-63-84-45-E6'
const randomised = '06-1B-63-84-45-E6'
const password = 'wonderland'
const stateOf = (sent: Sent) => sent.reply?.state

/** The password alone, a wrong one, and one with a right code. */
async function everyWay(
  s: Play,
  to: string,
  more: { readonly device?: string } = { device },
): Promise<void> {
  await s.say({ to, password, ...more })
  await s.say({ to, password: 'looking-glass', ...more })
  await s.say({ to, password: `${password},${s.totp()}`, ...more })
}

async function withCode(s: Play, to: string, more: { readonly device?: string }): Promise<void> {
  await s.say({ to, password: `${password},${s.totp()}`, ...more })
  await s.wait(31_000)
}

export const policy: Script = {
  about: 'rules: who may sign in, and with what',
  config: {
    rules: [
      { name: 'no-interns', group: 'interns', gateway: ['vpn', 'first'], deny: true },
      { name: 'told', group: 'guests', gateway: 'vpn', deny: 'Guests use the Wi-Fi.' },
      { name: 'named', user: 'named~alice', gateway: 'vpn', second_factor: 'none' },
      { name: 'plain', group: 'plain', gateway: 'vpn', second_factor: 'none' },
      { name: 'tokens', group: 'tokens', gateway: 'vpn', methods: ['hotp', 'recovery'] },
      { name: 'sure', group: 'sure', gateway: 'vpn', user_verification: true },
      {
        name: 'office',
        group: 'movers',
        gateway: 'vpn',
        network: '198.51.100.0/24',
        second_factor: 'none',
      },
      {
        name: 'abroad',
        group: 'movers',
        gateway: 'vpn',
        network: ['192.0.2.0/24', '2001:db8::/32'],
        deny: true,
      },
      {
        name: 'weekend',
        group: 'shift',
        gateway: 'vpn',
        days: ['sat', 'sun'],
        time_zone: 'UTC',
        deny: true,
      },
      {
        name: 'monday',
        group: 'shift',
        gateway: 'vpn',
        days: 'mon',
        hours: '00:00-24:00',
        time_zone: 'UTC',
        second_factor: 'none',
      },
      { name: 'new', group: 'fresh', gateway: 'vpn', enrolled: 'none', second_factor: 'none' },
      {
        name: 'wired',
        group: 'ports',
        gateway: 'vpn',
        attribute: { 'NAS-Port-Type': 'Ethernet' },
        second_factor: 'none',
      },
      {
        name: 'hashes',
        group: 'ports',
        gateway: 'vpn',
        credential: ['chap', 'ms-chap'],
        deny: true,
      },
      { name: 'made-up', group: 'phones', gateway: 'vpn', device: 'randomised-mac', deny: true },
      { name: 'code-first', group: 'careful', gateway: 'vpn', second_factor_first: true },
      {
        name: 'remember',
        gateway: ['wifi', 'twin', 'annex'],
        remember: '12h',
        tell_new_device: 'email',
      },
      { name: 'remember-address', gateway: 'home', remember: '12h', remember_address: true },
      { name: 'group-of-gateways', gateway_group: 'branch', methods: ['totp'] },
    ],
  },
  gateways: {
    vpn: { flow: 'append', person_specific_device: true },
    first: { flow: 'append', second_factor_first: true },
    members: { flow: 'append', require_groups: ['members'], deny_groups: ['suspended'] },
    wifi: { flow: 'auto', person_specific_device: true },
    twin: { flow: 'auto', person_specific_device: true, group: 'pair' },
    annex: { flow: 'auto', person_specific_device: true, group: 'pair' },
    home: { flow: 'auto', person_specific_device: true },
    branch: { flow: 'challenge', group: 'branch' },
  },
  scenarios: {
    deny: {
      about: 'denied before the password',
      people: { alice: { groups: ['interns'], totp: true } },
      async play(s) {
        await everyWay(s, 'vpn')
        await everyWay(s, 'first')
      },
    },
    told: {
      about: 'denied with a text, after the password',
      people: { alice: { groups: ['guests'], totp: true } },
      play: (s) => everyWay(s, 'vpn'),
    },
    named: {
      about: 'no second factor, by name',
      people: { alice: { totp: true } },
      play: (s) => everyWay(s, 'vpn'),
    },
    plain: {
      about: 'no second factor, by group',
      people: { alice: { groups: ['Plain', 'staff'], totp: true } },
      play: (s) => everyWay(s, 'vpn'),
    },
    tokens: {
      about: 'only some methods, and a code of another one stays unspent',
      people: { alice: { groups: ['tokens'], totp: true, hotp: true, recovery: 1, call: true } },
      async play(s) {
        await everyWay(s, 'vpn')
        await s.say({ to: 'vpn', password: `${password},${s.hotp(0)}`, device })
        await s.say({ to: 'vpn', password: `${password},${s.recovery(0)}`, device })
        await s.say({ to: 'vpn', password: `${password},call`, device })
        await s.say({ to: 'branch', password, device })
      },
    },
    sure: {
      about: 'only methods that prove who uses them',
      people: {
        alice: { groups: ['sure'], totp: true, call: true },
        pin: { groups: ['sure'], totp: true, call: { pin: '4711' } },
      },
      async play(s) {
        await everyWay(s, 'vpn')
        await s.say({ to: 'vpn', password: `${password},call`, device })
        await s.send({ to: 'vpn', user: 'pin', password: `${password},call`, device })
        await s.press('#', 'pin')
        await s.press('4711#', 'pin')
      },
    },
    networks: {
      about: 'by the network of the device',
      people: { alice: { groups: ['movers'], totp: true } },
      async play(s) {
        for (const from of [
          '198.51.100.9',
          '198.51.100.9:40000',
          '192.0.2.9',
          '2001:db8::9',
          '203.0.113.9',
          'console',
        ]) {
          await s.say({ to: 'vpn', password, device: from })
        }
        await s.say({ to: 'vpn', password })
      },
    },
    days: {
      about: 'by day and hour',
      people: { alice: { groups: ['shift'], totp: true } },
      play: (s) => everyWay(s, 'vpn'),
    },
    fresh: {
      about: 'who has not enrolled anything yet',
      people: { alice: { groups: ['fresh'], totp: true }, bob: { groups: ['fresh'] } },
      async play(s) {
        await everyWay(s, 'vpn')
        await s.say({ to: 'vpn', user: 'bob', password, device })
      },
    },
    attributes: {
      about: 'by attributes of the request, and how the password comes',
      people: { alice: { groups: ['ports'], totp: true } },
      async play(s) {
        for (const port of [15, 19, 5]) {
          await s.say({
            to: 'vpn',
            password,
            note: `NAS-Port-Type ${port}`,
            more: [integer(attributeType.NasPortType, port)],
          })
        }
        await s.say({ to: 'vpn', chap: password })
        await s.say({ to: 'vpn', msChap: password })
      },
    },
    'made-up': {
      about: 'devices that make up their address',
      people: { alice: { groups: ['phones'], totp: true } },
      async play(s) {
        for (const mac of [randomised, laptop])
          await s.say({ to: 'vpn', password: `${password},${s.totp()}`, device: mac })
      },
    },
    careful: {
      about: 'the code first, by rule',
      people: { alice: { groups: ['careful'], totp: true } },
      async play(s) {
        await s.say({ to: 'vpn', password, device })
        await s.say({ to: 'vpn', password: `looking-glass,${s.wrongCode()}`, device })
        await s.say({ to: 'vpn', password: `looking-glass,${s.totp()}`, device })
        await s.say({ to: 'vpn', password: `${password},${s.totp(1)}`, device })
      },
    },
    members: {
      about: 'groups of the gateway itself',
      people: {
        alice: { groups: ['members'], totp: true },
        bob: { groups: ['staff'], totp: true },
        carol: { groups: ['members', 'suspended'], totp: true },
      },
      async play(s) {
        for (const user of s.people) {
          await s.say({ to: 'members', user, password: `${password},${s.totp(0, user)}`, device })
        }
      },
    },
    branch: {
      about: 'by the group of gateways',
      people: { alice: { totp: true, sms: true } },
      async play(s) {
        const asked = await s.say({ to: 'branch', password, device })
        await s.say({ to: 'branch', password: 'sms', device, state: stateOf(asked) })
      },
    },
    remembered: {
      about: 'a device that is remembered, until another password, gateway or device',
      people: { alice: { totp: true, mail: true, entry: { email: 'alice@corp.example' } } },
      async play(s) {
        await s.say({ to: 'wifi', password, device: laptop })
        await withCode(s, 'wifi', { device: laptop })
        await s.say({ to: 'wifi', password, device: laptop.toLowerCase() })
        await s.say({ to: 'wifi', password: 'looking-glass', device: laptop })
        await s.say({ to: 'wifi', password: `${password},123456`, device: laptop })
        await s.say({ to: 'wifi', password, device: '00-1B-63-84-45-E7' })
        await s.say({ to: 'twin', password, device: laptop })
        await withCode(s, 'twin', { device: laptop })
        await s.say({ to: 'annex', password, device: laptop })
      },
    },
    'remembered-made-up': {
      about: 'an address that is made up is remembered by its network',
      people: { alice: { totp: true } },
      async play(s) {
        const at = (ssid: string) => [
          text(attributeType.CalledStationId, `00-1B-63-00-00-01:${ssid}`),
          integer(attributeType.NasPortType, 19),
        ]
        const say = { to: 'wifi', device: randomised }
        await s.say({
          ...say,
          password: `${password},${s.totp()}`,
          note: 'SSID corp',
          more: at('corp'),
        })
        await s.say({ ...say, password, note: 'SSID corp', more: at('corp') })
        await s.say({ ...say, password, note: 'SSID guests', more: at('guests') })
        await s.say({ ...say, password })
      },
    },
    'remembered-address': {
      about: 'an IP address is remembered where a rule says so',
      people: { alice: { totp: true } },
      async play(s) {
        await withCode(s, 'wifi', { device })
        await s.say({ to: 'wifi', password, device })
        await withCode(s, 'home', { device })
        await s.say({ to: 'home', password, device })
        await s.say({ to: 'home', password, device: '203.0.113.8' })
        await s.say({ to: 'home', password })
      },
    },
    'remembered-call': {
      about: 'who reports fraud is not remembered any more',
      people: { alice: { call: true } },
      async play(s) {
        await s.send({ to: 'wifi', password, device: laptop })
        await s.press('#')
        await s.wait(11_000)
        await s.say({ to: 'wifi', password, device: laptop })
        await s.send({ to: 'wifi', password, device })
        await s.press('0#')
        await s.say({ to: 'wifi', password, device: laptop })
      },
    },
  },
}
