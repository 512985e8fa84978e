import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect } from 'chai'
import { findUnsafeSettings, type Preset, redactConfig } from '../../src/config/index.ts'
import {
  describePreset,
  findPreset,
  presetNames,
  presets,
  sources,
} from '../../src/config/presets/index.ts'
import { loadDictionary } from '../../src/radius/index.ts'
import { load, problemsOf, valid } from './load-text.ts'

const folder = join(import.meta.dirname, '../../src/config/presets')
const parts = ['describe', 'index', 'line', 'people', 'preset', 'sending', 'sources']

/** The gateway of `valid`, with what is given besides. */
const gateway = (fields: string) => valid.replace('secret:', `${fields}, secret:`)
const loadGateway = (fields: string) => load(gateway(fields)).gateways.vpn
const unsafe = (fields: string) =>
  findUnsafeSettings(load(gateway(fields))).map(({ setting }) => setting)

const all: readonly [string, Preset][] = presetNames.map((name) => [name, presets[name]])
/** Without what follows from the others: what people with a phone or a passkey do there. */
const linesOf = (preset: Preset) =>
  describePreset(preset)
    .filter(({ title }) => title !== 'What people with a phone or a passkey do')
    .flatMap(({ lines }) => lines)

describe('presets', () => {
  it('are those of the files, each in one, by names in kebab case', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => basename(file, '.ts'))
    expect(files.filter((file) => !parts.includes(file)).sort()).to.deep.equal([...presetNames])
    expect(presetNames).to.have.length(27)
    for (const name of presetNames) expect(name).to.match(/^[a-z]+(-[a-z]+)*$/)
    expect(new Set(all.map(([, { title }]) => title)).size).to.equal(27)
  })

  for (const [name, preset] of all) {
    it(`${name} is complete`, () => {
      expect(preset.protocols).to.not.be.empty
      expect(preset.timers).to.not.be.empty
      expect(preset.advice).to.not.be.empty
      const { quirks, messageAuthenticator, timers, advice } = preset
      for (const { text } of [
        ...timers,
        ...advice,
        ...quirks,
        messageAuthenticator ?? quirks[0],
      ].filter((fact) => fact !== undefined)) {
        expect(text, 'a sentence').to.match(/^\S[^\n]*\.$/)
      }
      const ids = quirks.map(({ id }) => id)
      expect(new Set(ids).size).to.equal(ids.length)
      for (const id of ids) expect(id).to.match(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      for (const { text, about } of linesOf(preset)) expect(`${about}${text}`).to.not.include('\n')
    })
  }

  it('never take a gateway for more patient than it is as it comes', () => {
    for (const [name, { settings, sending }] of all) {
      const { atSeconds, givesUpSeconds } = sending
      expect(atSeconds[0], name).to.equal(0)
      expect([...atSeconds, givesUpSeconds], name).to.deep.equal(
        [...new Set([...atSeconds, givesUpSeconds])].sort((one, other) => one - other),
      )
      const patience = Number.parseInt(settings.patience?.value ?? '0', 10)
      expect(patience, name).to.be.at.most(givesUpSeconds)
    }
  })

  it('are found by the other names of a product, which no preset has', () => {
    expect(findPreset('globalprotect')).to.equal('palo-alto')
    const others = all.flatMap(([, { alsoCalled = [] }]) => alsoCalled)
    expect(new Set([...others, ...presetNames]).size).to.equal(27 + others.length)
    for (const name of presetNames) expect(findPreset(name)).to.equal(name)
    for (const name of ['', 'GlobalProtect', 'toString', undefined, 3, ['fortigate']]) {
      expect(findPreset(name)).to.equal(undefined)
    }
    expect(loadGateway('preset: globalprotect')).to.deep.equal(loadGateway('preset: palo-alto'))
  })

  it('name attributes that the dictionaries have, in the same spelling', () => {
    const dictionary = loadDictionary()
    const names = all.flatMap(([, { groups, device }]) => [...groups, ...device])
    expect(names).to.have.length.above(30)
    for (const { name } of names) expect(dictionary.find(name)?.name).to.equal(name)
  })

  it('give a source for every fact, and use every source', () => {
    const named = new Set<string>()
    for (const [name, preset] of all) {
      for (const { from, text } of linesOf(preset)) {
        if (text.startsWith('Once that is done')) continue
        expect(sources, `${name}: ${text}`).to.have.property(String(from))
        named.add(String(from))
      }
    }
    expect([...named].sort()).to.deep.equal(Object.keys(sources).sort())
  })

  it('take no device for granted: that has to have a source (RULES 2)', () => {
    const trusting = all.filter(([, { settings }]) => settings.person_specific_device.value)
    expect(trusting.map(([name]) => name)).to.deep.equal([
      'aruba-cx',
      'aruba-wifi',
      'fortigate',
      'ocserv',
      'openvpn',
      'palo-alto',
      'strongswan',
    ])
    for (const [, { settings, device }] of trusting) {
      expect(settings.person_specific_device.from).to.not.equal('unverified')
      const read = settings.device_attribute?.value ?? 'Calling-Station-Id'
      expect(device.map(({ name }) => name)).to.include(read)
    }
  })
})

describe('preset: in the configuration', () => {
  for (const [name, { settings, advisedPatience }] of all) {
    it(`${name} gives defaults that are right and safe`, () => {
      const { patienceMs, challenges, personSpecificDevice, deviceAttribute, charset } =
        load(gateway(`preset: ${name}`)).gateways.vpn ?? expect.fail()
      const { patience } = settings
      expect(patienceMs).to.equal(patience ? Number.parseInt(patience.value, 10) * 1000 : 10_000)
      expect(challenges).to.equal(settings.challenges?.value ?? true)
      expect(personSpecificDevice).to.equal(settings.person_specific_device.value)
      expect(deviceAttribute).to.equal(settings.device_attribute?.value)
      expect(charset).to.equal('utf-8')
      const advised = advisedPatience === undefined ? '' : `, patience: ${advisedPatience}`
      expect(unsafe(`preset: ${name}`)).to.deep.equal([])
      expect(unsafe(`preset: ${name}${advised}`)).to.deep.equal([])
    })
  }

  it('gives way to what is written', () => {
    const found = loadGateway(
      'preset: fortigate, patience: 42s, challenges: false, person_specific_device: false, charset: latin1',
    )
    expect(found).to.include({
      preset: 'fortigate',
      patienceMs: 42_000,
      challenges: false,
      personSpecificDevice: false,
      charset: 'latin1',
    })
  })

  it('may name any set with one byte a character, and no other', () => {
    for (const name of ['ISO-8859-1', 'windows-1250', 'cp1251', 'koi8-r', 'utf8']) {
      const config = load(gateway(`charset: ${name}`))
      expect(config.gateways.vpn?.charset).to.equal(name)
      // A support bundle may tell it.
      expect(JSON.stringify(redactConfig(config).config)).to.include(name)
    }
    for (const name of ['gbk', 'utf-16le', 'cp850', 'latin', '""']) {
      expect(() => loadGateway(`charset: ${name}`), name).to.throw(
        'gateways.vpn.charset: must be utf-8, or a character set with one byte a character',
      )
    }
  })

  it('leaves other gateways alone', () => {
    const text = `${gateway('preset: meraki')}  b: { address: 192.0.2.11, secret: "file:vpn" }\n`
    expect(load(text).gateways.b).to.include({ challenges: true, patienceMs: 10_000 })
    expect(load(text).gateways.b).to.not.have.property('preset')
  })

  it('is checked together with what is written', () => {
    expect(problemsOf(gateway('preset: juniper, margin: 2s'))).to.deep.equal([
      'h.yaml:10:50: gateways.vpn.margin: must be less than half of patience',
    ])
  })

  const wrong: [string, RegExp][] = [
    ['fortigat', /preset: must be one of .*did you mean fortigate\?/],
    ['FortiGate', /preset: must be one of .*did you mean fortigate\?/],
    ['constructor', /preset: must be one of/],
    ['__proto__', /preset: must be one of/],
    ['', /preset: must be/],
    ['null', /preset: must be/],
    ['3', /preset: must be/],
    ['[meraki]', /preset: must be/],
    ['{ meraki: 1 }', /preset: must be/],
  ]
  for (const [value, message] of wrong) {
    it(`refuses ${value || 'nothing'}`, () => {
      const problems = problemsOf(gateway(`preset: ${value}`))
      expect(problems).to.have.length(1)
      expect(problems[0])
        .to.match(/^h\.yaml:10:\d+: gateways\.vpn\.preset/)
        .and.match(message)
    })
  }

  it('refuses a list in place of a gateway', () => {
    const text = valid.replace(/vpn: .*\n/, 'vpn: [preset]\n')
    expect(problemsOf(text)).to.have.length(1)
  })
})

describe('settings that contradict the preset', () => {
  const cases: [string, string[]][] = [
    ['preset: meraki, challenges: true', ['gateways.vpn.challenges']],
    ['preset: meraki, flow: challenge', ['gateways.vpn.flow']],
    ['preset: meraki, flow: challenge, challenges: true', ['gateways.vpn.challenges']],
    ['preset: mikrotik, challenges: true', ['gateways.vpn.challenges']],
    ['preset: juniper, challenges: true', []],
    ['preset: fortigate, challenges: false', []],
    ['preset: opnsense, person_specific_device: true', ['gateways.vpn.person_specific_device']],
    ['preset: cisco-asa, person_specific_device: true', []],
    ['preset: palo-alto, patience: 25s', []],
    ['preset: palo-alto, patience: 26s', ['gateways.vpn.patience']],
    ['preset: aws-directory-service, patience: 51s', ['gateways.vpn.patience']],
    ['challenges: true, patience: 5m', []],
  ]
  for (const [fields, expected] of cases) {
    it(`${fields}: ${expected.join(', ') || 'fine'}`, () => {
      expect(unsafe(fields)).to.deep.equal(expected)
    })
  }

  it('say why, and by whom', () => {
    const dangers = (fields: string) =>
      findUnsafeSettings(load(gateway(fields))).map(({ danger }) => danger)
    expect(dangers('preset: palo-alto, patience: 60s')).to.deep.equal([
      'Palo Alto GlobalProtect waits 25s at most (GlobalProtect drops the sign-in at about 25 s, whatever the profile says; source: Mideye, guides for gateways)',
    ])
    expect(dangers('preset: softether, challenges: true')).to.deep.equal([
      'SoftEther VPN can show no challenge (unverified)',
    ])
  })
})
