import { expect } from 'chai'
import { createWrittenCode, parseWrittenCode } from '../../src/methods/index.ts'

describe('codes that people copy from paper', () => {
  it('are twelve characters of base32 in three groups: 60 random bits', () => {
    const codes = new Set(Array.from({ length: 500 }, () => createWrittenCode(3)))
    expect(codes.size).to.equal(500)
    for (const code of codes)
      expect(code).to.match(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/)
    // Every character of the alphabet comes at every place.
    for (const place of [0, 3, 5, 13]) {
      expect(new Set([...codes].map((code) => code[place])).size).to.equal(32)
    }
  })

  it('are read as people write them, and as nothing else', () => {
    for (const text of ['7KQ2-M0XT-9FZB', '7kq2 moxt 9fzb', ' 7kq2m0xt9fzb ', '7KQ2M0XT-9FZB']) {
      expect(parseWrittenCode(text, 3), text).to.equal('7KQ2M0XT9FZB')
    }
    expect(parseWrittenCode('IL1O-0000-0000', 3)).to.equal('111000000000')
    for (const text of [
      '',
      '7KQ2-M0XT',
      '7KQ2-M0XT-9FZB-9FZB',
      '7KQ2-M0XT-9FZU',
      '7KQ2_M0XT_9FZB',
    ]) {
      expect(parseWrittenCode(text, 3), text).to.equal(undefined)
    }
  })
})
