import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { gatewayPages } from '../../scripts/gateway-pages.ts'
import { withGenerated } from '../../scripts/generated-part.ts'
import { checkReplies, type Preset } from '../../src/config/index.ts'
import { presetNames, presets } from '../../src/config/presets/index.ts'
import { loadDictionary } from '../../src/radius/index.ts'
import { problemsOf, valid } from './load-text.ts'

const docs = join(import.meta.dirname, '../../docs/reference')
const pageOf = (name: string) => readFileSync(join(docs, 'gateways', `${name}.md`), 'utf8')

const surroundings = {
  env: { CREDENTIALS_DIRECTORY: '/run/credentials' },
  files: { '/run/credentials/vpn-secret': 'a secret of some length' },
  checks: [
    checkReplies(() => {
      const dictionary = loadDictionary()
      return (attribute) => dictionary.encode(attribute).length
    }),
  ],
}

/** A page of a gateway that needs no preset. */
const withoutPreset = ['hostapd']

/** Everything in ```yaml, those that show a whole gateway first. */
function examplesIn(page: string): readonly string[] {
  return [...page.matchAll(/```yaml\n([^`]*)```/g)].map(([, text = '']) => text)
}

describe('pages of gateways', () => {
  it('are one for each preset, listed in the index', () => {
    const files = readdirSync(join(docs, 'gateways')).map((file) => file.replace(/\.md$/, ''))
    expect(files.sort()).to.deep.equal([...presetNames, ...withoutPreset].sort())
    const index = readFileSync(join(docs, 'gateways.md'), 'utf8')
    for (const name of presetNames) {
      expect(index).to.include(`[\`${name}\`](gateways/${name}.md) | ${presets[name].title} |`)
    }
  })

  for (const name of presetNames) {
    it(`${name}: has its title, a part by hand, and examples that load`, () => {
      const page = pageOf(name)
      const preset: Preset = presets[name]
      expect(page.split('\n', 1)).to.deep.equal([`# ${preset.title}`])
      expect(page).to.match(/\n## What to set on it\n\n.{40}[\s\S]{100}/)
      const examples = examplesIn(page)
      const whole = examples.find((text) => text.startsWith('gateways:')) ?? ''
      expect(whole).to.include(`preset: ${name}\n`)
      const [top = ''] = valid.split('gateways:')
      for (const example of examples) {
        const isWhole = /^gateways:/m.test(example)
        const text = isWhole ? example : `${whole}${example}`
        expect(problemsOf(`${top}${text}`, surroundings), text).to.deep.equal([])
        expect(
          problemsOf(`${top}${text.replace('# patience', 'patience')}`, surroundings),
        ).to.deep.equal([])
      }
    })
  }

  it('keep what is written by hand around the generated part', () => {
    const pages = gatewayPages((file) => pageFor(file))
    const page = pages['docs/reference/gateways/meraki.md'] ?? ''
    expect(page)
      .to.match(/^# Mine\n\nBy hand\.\n\n<!-- Generated/)
      .and.match(/ -->\n\nMore\.\n$/)
    expect(page).to.include('preset: meraki').and.not.include('outdated')
    const source = 'src/config/presets/'
    const once = withGenerated(page, source, 'x')
    expect(withGenerated(withGenerated(page, source, 'y'), source, 'x')).to.equal(once)
  })

  it('refuse a page without its markers, rather than write over it', () => {
    expect(() => withGenerated('# Mine\n\nBy hand.\n', 'src/', 'x')).to.throw(
      'lacks its markers: # Mine',
    )
  })

  it('begin with a title and the generated part where there is none yet', () => {
    const page = gatewayPages(() => '')['docs/reference/gateways/sophos.md'] ?? ''
    expect(page).to.match(
      /^# Sophos Firewall, Sophos Connect\n\n<!-- Generated[^\n]* -->\n\n```yaml/,
    )
  })
})

/** The page of the file, with another text by hand and an outdated generated part. */
function pageFor(file: string): string {
  const page = readFileSync(join(docs, '../..', file), 'utf8')
  return page.replace(
    /^[\s\S]*?(<!-- Generated[^\n]* -->)[\s\S]*(<!-- End[^\n]* -->)[\s\S]*$/,
    '# Mine\n\nBy hand.\n\n$1\noutdated\n$2\n\nMore.\n',
  )
}
