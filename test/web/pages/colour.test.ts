import { expect } from 'chai'
import * as fc from 'fast-check'
import { contrastOf, themesOf } from '../../../src/web/pages/people/logic/colour.ts'

const hex = (rgb: readonly number[]) =>
  `#${rgb.map((part) => part.toString(16).padStart(2, '0')).join('')}`
const part = fc.integer({ min: 0, max: 255 })

describe('the colour of the company', () => {
  it('measures contrast as WCAG does', () => {
    expect(contrastOf('#ffffff', '#000000')).to.be.closeTo(21, 0.001)
    expect(contrastOf('#777777', '#ffffff')).to.be.closeTo(4.478, 0.001)
    expect(contrastOf('#FFFFFF', 'white')).to.equal(undefined)
  })

  it('stays as it is where it can be read', () => {
    expect(themesOf('#1d5fa8')?.light.accent).to.equal('#1d5fa8')
    expect(themesOf('teal')).to.equal(undefined)
  })

  it('is readable on every ground of its theme, and text on it too, whatever colour it is', () => {
    fc.assert(
      fc.property(fc.tuple(part, part, part), (rgb) => {
        const themes = themesOf(hex(rgb))
        for (const ground of ['#ffffff', '#f4f5f7']) {
          expect(contrastOf(themes?.light.accent ?? '', ground)).to.be.at.least(4.5)
        }
        for (const ground of ['#0d1015', '#161a21', '#1e232c']) {
          expect(contrastOf(themes?.dark.accent ?? '', ground)).to.be.at.least(4.5)
        }
        for (const theme of [themes?.light, themes?.dark]) {
          expect(contrastOf(theme?.accent ?? '', theme?.onAccent ?? '')).to.be.at.least(4.5)
        }
      }),
    )
  })
})
