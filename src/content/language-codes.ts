/**
 * Labels of the fastText model lid.176 (Wikipedia's language codes) to ISO 639-3. Macro-languages stay macro-languages: what the model does
 * not tell apart is not told apart here. `als` is Wikipedia's code for Alemannic (ISO: gsw), not Tosk Albanian. `eml` (retired in ISO 639-3)
 * stays, as do the collective codes `bih` and `nah` of ISO 639-2, because no single language is meant.
 */
const codes = `af:afr als:gsw am:amh an:arg ar:ara arz:arz as:asm ast:ast av:ava az:aze azb:azb ba:bak bar:bar bcl:bcl be:bel bg:bul bh:bih
bn:ben bo:bod bpy:bpy br:bre bs:bos bxr:bxr ca:cat cbk:cbk ce:che ceb:ceb ckb:ckb co:cos cs:ces cv:chv cy:cym da:dan de:deu diq:diq dsb:dsb
dty:dty dv:div el:ell eml:eml en:eng eo:epo es:spa et:est eu:eus fa:fas fi:fin fr:fra frr:frr fy:fry ga:gle gd:gla gl:glg gn:grn gom:gom
gu:guj gv:glv he:heb hi:hin hif:hif hr:hrv hsb:hsb ht:hat hu:hun hy:hye ia:ina id:ind ie:ile ilo:ilo io:ido is:isl it:ita ja:jpn jbo:jbo
jv:jav ka:kat kk:kaz km:khm kn:kan ko:kor krc:krc ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz lez:lez li:lim lmo:lmo lo:lao lrc:lrc lt:lit
lv:lav mai:mai mg:mlg mhr:mhr min:min mk:mkd ml:mal mn:mon mr:mar mrj:mrj ms:msa mt:mlt mwl:mwl my:mya myv:myv mzn:mzn nah:nah nap:nap
nds:nds ne:nep new:new nl:nld nn:nno no:nor oc:oci or:ori os:oss pa:pan pam:pam pfl:pfl pl:pol pms:pms pnb:pnb ps:pus pt:por qu:que rm:roh
ro:ron ru:rus rue:rue sa:san sah:sah sc:srd scn:scn sco:sco sd:snd sh:hbs si:sin sk:slk sl:slv so:som sq:sqi sr:srp su:sun sv:swe sw:swa
ta:tam te:tel tg:tgk th:tha tk:tuk tl:tgl tr:tur tt:tat tyv:tyv ug:uig uk:ukr ur:urd uz:uzb vec:vec vep:vep vi:vie vls:vls vo:vol wa:wln
war:war wuu:wuu xal:xal xmf:xmf yi:yid yo:yor yue:yue zh:zho`;

const codeOfLabel: ReadonlyMap<string, string> = new Map(codes.split(/\s/).map(pair => pair.split(':') as [string, string]));

/** ISO 639-3 code of a model label; a three-letter label the table does not know is taken as it is, any other is undefined. */
export const languageOfLabel = (label: string): string | undefined =>
  codeOfLabel.get(label) ?? (/^[a-z]{3}$/.test(label) ? label : undefined);
