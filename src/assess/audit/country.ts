/** ISO 3166-1 alpha-2. */
const countries = new Set(
  (
    'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU ' +
    'CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE ' +
    'IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT ' +
    'MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM ' +
    'SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
  ).split(' '),
);

/** TLDs of a country that are not its code: the United Kingdom's, and those in other scripts (IANA root zone). */
const others: Readonly<Record<string, string>> = {
  uk: 'GB',
  'xn--2scrj9c': 'IN',
  'xn--3e0b707e': 'KR',
  'xn--3hcrj9c': 'IN',
  'xn--45br5cyl': 'IN',
  'xn--45brj9c': 'IN',
  'xn--4dbrk0ce': 'IL',
  'xn--54b7fta0cc': 'BD',
  'xn--80ao21a': 'KZ',
  'xn--90a3ac': 'RS',
  'xn--90ae': 'BG',
  'xn--90ais': 'BY',
  'xn--clchc0ea0b2g2a9gcd': 'SG',
  'xn--d1alf': 'MK',
  'xn--fiqs8s': 'CN',
  'xn--fiqz9s': 'CN',
  'xn--fpcrj9c3d': 'IN',
  'xn--fzc2c9e2c': 'LK',
  'xn--gecrj9c': 'IN',
  'xn--h2breg3eve': 'IN',
  'xn--h2brj9c': 'IN',
  'xn--h2brj9c8c': 'IN',
  'xn--j1amh': 'UA',
  'xn--j6w193g': 'HK',
  'xn--kprw13d': 'TW',
  'xn--kpry57d': 'TW',
  'xn--l1acc': 'MN',
  'xn--lgbbat1ad8j': 'DZ',
  'xn--mgb9awbf': 'OM',
  'xn--mgba3a4f16a': 'IR',
  'xn--mgbaam7a8h': 'AE',
  'xn--mgbai9azgqp6j': 'PK',
  'xn--mgbayh7gpa': 'JO',
  'xn--mgbbh1a': 'IN',
  'xn--mgbbh1a71e': 'IN',
  'xn--mgbc0a9azcg': 'MA',
  'xn--mgbcpq6gpa1a': 'BH',
  'xn--mgberp4a5d4ar': 'SA',
  'xn--mgbgu82a': 'IN',
  'xn--mgbpl2fh': 'SD',
  'xn--mgbtx2b': 'IQ',
  'xn--mgbx4cd0ab': 'MY',
  'xn--mix891f': 'MO',
  'xn--node': 'GE',
  'xn--o3cw4h': 'TH',
  'xn--ogbpf8fl': 'SY',
  'xn--p1ai': 'RU',
  'xn--pgbs0dh': 'TN',
  'xn--q7ce6a': 'LA',
  'xn--qxam': 'GR',
  'xn--rvc1e0am3e': 'IN',
  'xn--s9brj9c': 'IN',
  'xn--wgbh1c': 'EG',
  'xn--wgbl6a': 'QA',
  'xn--xkc2al3hye2a': 'LK',
  'xn--xkc2dl3a5ee0h': 'IN',
  'xn--y9a3aq': 'AM',
  'xn--yfro4i67o': 'SG',
  'xn--ygbi2ammx': 'PS',
};

/** The last label of a host, empty for an address and for what is no host. @param host lower case, A-labels; a port is passed over */
export function tldOf(host: string): string {
  const label = /(?:^|\.)([a-z0-9-]*[a-z][a-z0-9-]*)(?::\d+)?$/.exec(host)?.[1];
  return label === undefined || host.startsWith('[') ? '' : label;
}

/** Undefined for a TLD that is no country's (`eu` and `su` included). */
export function countryOf(tld: string): string | undefined {
  const code = tld.toUpperCase();
  return Object.hasOwn(others, tld) ? others[tld] : countries.has(code) ? code : undefined;
}
