import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { counted } from '../../../src/support/index.ts'

const root = join(import.meta.dirname, '../..')

/** What is counted in messages. Bytes, digits and seconds are measures, and the most of something is never one. */
const nouns = [
  ...['gateways', 'people', 'sign-ins', 'codes', 'users', 'rows', 'minutes', 'days', 'hours'],
  ...['requests', 'devices', 'authenticators', 'packets', 'prompts', 'problems', 'senders'],
  ...['records', 'misses', 'tokens', 'calls', 'texts', 'keys', 'groups', 'rules', 'servers'],
  ...['certificates', 'conversations', 'connections', 'addresses', 'phones', 'times', 'tries'],
  ...['wrong codes', 'wrong passwords', 'audit rows', 'persons', 'attributes', 'passwords'],
]

describe('counts in messages', () => {
  it('have the word that fits the number', () => {
    expect(counted(0, 'gateway')).to.equal('0 gateways')
    expect(counted(1, 'gateway')).to.equal('1 gateway')
    expect(counted(2, 'gateway')).to.equal('2 gateways')
    expect(counted(1, 'person', 'people')).to.equal('1 person')
    expect(counted(12, 'person', 'people')).to.equal('12 people')
  })

  it('are all made by one function', () => {
    const pattern = new RegExp(`\\$\\{([^{}]*)\\} (?:${nouns.join('|')})\\b`, 'g')
    const found = globSync('src/**/*.ts', { cwd: root }).flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      return [...text.matchAll(pattern)]
        .filter(([, counting = '']) => !/^(max|min|most|least|limits?|directory)/.test(counting))
        .map(([message]) => `${file}: ${message}`)
    })
    expect(found).to.deep.equal([])
  })
})
