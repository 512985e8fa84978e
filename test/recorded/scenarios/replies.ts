import { attributeType } from '../../../src/radius/index.ts'
import type { Person } from '../parts/people.ts'
import type { Script } from '../parts/play.ts'
import { integer, type Scenario, type Sent, text } from '../parts/scenario.ts'

const password = 'wonderland'
const device = '203.0.113.7'
const stateOf = (sent: Sent) => sent.reply?.state
const languages = ['en', 'nl', 'de', 'fr', 'es', 'nl-BE', 'pt'] as const

/** What a person reads and hears, in one language. */
function inLanguage(language: string): Scenario {
  const person: Person = { language, totp: true, sms: true, call: true }
  return {
    about: `texts in ${language}`,
    people: {
      alice: person,
      dave: { language },
      carol: { language, call: { pin: '4711' } },
      bob: { language, mail: true },
    },
    async play(s) {
      const menu = await s.say({ to: 'ask', password, device })
      const sent = await s.say({ to: 'ask', password: 'sms', device, state: stateOf(menu) })
      await s.say({ to: 'ask', password: '000000', device, state: stateOf(sent) })
      await s.say({ to: 'ask', user: 'dave', password, device })
      await s.say({ to: 'ask', user: 'dave', password: 'wrong', device })
      await s.say({ to: 'ask', user: 'bob', password, device })
      const held = await s.send({ to: 'auto', user: 'carol', password, device })
      await s.say({ to: 'auto', user: 'carol', password, device: '203.0.113.8' })
      await s.wait(20_000)
      await s.say({ to: 'auto', user: 'carol', password: '', device, state: stateOf(held) })
      await s.press('1#', 'carol')
      await s.press('0#', 'carol')
    },
  }
}

export const replies: Script = {
  about: 'what an Access-Accept carries, and texts in all languages',
  config: {
    rules: [
      {
        name: 'plain',
        group: 'plain',
        gateway: ['rules', 'last', 'preset'],
        second_factor: 'none',
      },
    ],
    reply_rules: [
      {
        name: 'guests',
        group: 'guests',
        gateway: ['rules', 'last'],
        vlan: 120,
        tag: 1,
        last: true,
      },
      { name: 'staff', group: 'staff', reply: { Class: 'OU=staff', 'Filter-Id': ['one', 'two'] } },
      {
        name: 'filled',
        gateway: 'rules',
        reply: {
          'Cisco-AVPair': 'banner=Hello {{displayName}}',
          'Reply-Message': '{{department?}}',
        },
      },
      {
        name: 'roles',
        gateway: 'rules',
        group: 'roles',
        reply: { 'Filter-Id': '{{memberOf.cn}}' },
      },
      {
        name: 'address',
        gateway: 'rules',
        group: 'fixed',
        reply: { 'Framed-IP-Address': '{{address}}' },
      },
      { name: 'by-app', method: 'totp', reply: { 'Session-Timeout': 3600 } },
    ],
    mac_rules: [
      { name: 'printers', gateway: 'wire', macs: ['00:1b:63:84:45:e6'], vlan: 'printers' },
    ],
  },
  gateways: {
    rules: { reply: { 'Service-Type': 'Framed-User' } },
    last: {},
    wire: {},
    ask: { flow: 'challenge', label: 'VPN Amsterdam' },
    auto: { flow: 'auto', label: 'VPN Amsterdam' },
    preset: { preset: 'fortigate' },
  },
  scenarios: {
    ...Object.fromEntries(
      languages.map((language) => [`in-${language.toLowerCase()}`, inLanguage(language)]),
    ),
    rules: {
      about: 'attributes by rule, filled in, several, and what stops them',
      people: {
        frank: {
          groups: ['plain', 'staff'],
          entry: { display_name: 'Frank Ünder', attributes: { department: 'Sales' } },
        },
        gina: { groups: ['plain', 'guests', 'staff'] },
        rosa: { groups: ['plain', 'roles', 'Editors', 'Readers'] },
        fred: { groups: ['plain', 'fixed'], entry: { attributes: { address: '10.0.0.9' } } },
        flo: { groups: ['plain', 'fixed'] },
        fay: { groups: ['plain', 'fixed'], entry: { attributes: { address: 'ten' } } },
      },
      async play(s) {
        for (const to of ['rules', 'last'])
          for (const user of s.people) await s.say({ to, user, password })
      },
    },
    methods: {
      about: 'attributes by the second factor',
      people: { alice: { totp: true, hotp: true } },
      async play(s) {
        for (const code of [s.totp(), s.hotp(0)])
          await s.say({ to: 'rules', password: `${password},${code}` })
      },
    },
    preset: {
      about: 'a gateway with a preset',
      people: { frank: { groups: ['plain'] }, alice: { totp: true } },
      async play(s) {
        await s.say({ to: 'preset', password, device })
        await s.say({ to: 'preset', password: 'wrong', device })
        const asked = await s.say({ to: 'preset', user: 'alice', msChap: password, device })
        await s.say({
          to: 'preset',
          user: 'alice',
          password: s.totp(0, 'alice'),
          device,
          state: stateOf(asked),
        })
      },
    },
    macs: {
      about: 'devices without a person, by their MAC address',
      people: { alice: { totp: true } },
      async play(s) {
        const callCheck = [integer(attributeType.ServiceType, 10)]
        for (const mac of ['001b638445e6', '001b638445e7']) {
          const written = mac.replaceAll(/..(?=.)/g, '$&-')
          const say = { to: 'wire', user: mac, password: mac, device: written }
          await s.say({ ...say, more: callCheck, note: 'Service-Type Call-Check' })
          await s.say({ ...say, note: 'the address alone' })
          const other = { ...say, device: '00-1B-63-84-45-E9', more: callCheck }
          await s.say({ ...other, note: 'another Calling-Station-Id' })
        }
        await s.say({
          to: 'wire',
          password,
          more: [text(attributeType.CalledStationId, 'x')],
          note: 'a person',
        })
      },
    },
  },
}
