import { expect } from 'chai'
import { createOwnParts } from '../../../src/compose/service/own.ts'
import { createTexts } from '../../../src/texts/index.ts'
import { load, valid } from '../../config/load-text.ts'

const rules = `rules:
  - { name: blocked networks, network: [198.51.100.0/24], deny: You cannot sign in from there. }
  - { name: office, network: [192.0.2.0/24], second_factor: none }
`

describe('where recent sign-ins came from', () => {
  const placesWith = (more: string) => {
    const config = load(`${valid}${more}`)
    const texts = createTexts({ defaultLanguage: 'en', overrides: {} })
    const { placeOf } = createOwnParts(
      () => ({ config, texts, directories: new Map() }),
      { log: () => undefined },
      () => undefined,
      async (user) => user,
    )
    return [undefined, '0123456789ab', '203.0.113.7', '192.0.2.7', '198.51.100.7'].map(placeOf)
  }

  it('is the network that the file names, or the address', () => {
    const shown = [undefined, undefined, '203.0.113.7', 'office', '198.51.100.7']
    expect(placesWith(rules)).to.deep.equal(shown)
    expect(placesWith(`${rules}privacy: { places: on }\n`)).to.deep.equal(shown)
  })

  it('is not shown where places are off', () => {
    expect(placesWith(`${rules}privacy: { places: off }\n`)).to.deep.equal(Array(5).fill(undefined))
  })
})

describe('the portal in the list of recent sign-ins', () => {
  const labelIn = (language: string, more = '') => {
    const config = load(`${valid}${more}`)
    const texts = createTexts({ defaultLanguage: 'en', overrides: {} })
    const { gatewayLabel } = createOwnParts(
      () => ({ config, texts, directories: new Map() }),
      { log: () => undefined },
      () => undefined,
      async (user) => user,
    )
    return gatewayLabel('portal', language)
  }

  it('is named in the language of the person, with the company where the file names one', () => {
    expect(labelIn('en')).to.equal('Self-service portal')
    expect(labelIn('de')).to.equal('Selbstbedienungsportal')
    expect(labelIn('en', 'web: { company: { name: Example } }')).to.equal(
      'Self-service portal (Example)',
    )
    expect(labelIn('de', 'web: { company: { name: Example } }')).to.equal(
      'Selbstbedienungsportal (Example)',
    )
  })
})
