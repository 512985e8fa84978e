import { useState } from 'preact/hooks'
import { languageNames, languages } from '../../logic/language.ts'
import { useApp } from '../../parts/app-context.ts'
import { BackLink, Heading, Notice } from '../../parts/basics.tsx'
import { InsideFrame } from '../../parts/frame.tsx'
import { useAction } from '../../parts/use-action.ts'

export function LanguagePage() {
  const { api, say, language, chooseLanguage } = useApp()
  const { fault, run } = useAction()
  const [isSaved, setSaved] = useState(false)
  return (
    <InsideFrame section="account">
      <BackLink to="/account" />
      <Heading text={say('language-title')} />
      <p class="intro">{say('language-intro')}</p>
      {isSaved && <Notice kind="good">{say('language-saved')}</Notice>}
      {fault && <Notice kind="bad">{fault.text}</Notice>}
      <fieldset class="panel choices">
        <legend class="visually-hidden">{say('language-title')}</legend>
        {languages.map((each) => (
          <label key={each} class="choice" lang={each}>
            <input
              type="radio"
              name="language"
              checked={each === language}
              onChange={() =>
                void run(async () => {
                  setSaved(false)
                  await api.setLanguage(each)
                  await chooseLanguage(each)
                  setSaved(true)
                })
              }
            />
            <span>{languageNames[each]}</span>
          </label>
        ))}
      </fieldset>
    </InsideFrame>
  )
}
