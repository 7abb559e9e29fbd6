/**
 * What is tried first by whoever guesses. Only forms of 10 characters and more matter here, so the well-known short
 * ones are kept as stems, which password-rules.ts finds under digits, signs and swapped letters.
 */
const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const KEYBOARD_RUNS: readonly string[] = [
  '01234567890123456789012345678901234567890',
  'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnmqwertyuiop',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  '1q2w3e4r5t6y7u8i9o0p',
  'q1w2e3r4t5y6u7i8o9p0',
  'qazwsxedcrfvtgbyhnujmikolp',
  '!@#$%^&*()_+',
];

export const COMMON_STEMS: ReadonlySet<string> = words(`
  password passwords passwort passw pass passwd passphrase passcode parola parol contrasena senha motdepasse wachtwoord
  qwerty qwertz azerty qwert qwertyu qwertyui qwertyuiop asdf asdfg asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qweasd qweasdzxc
  abc abcd abcde abcdef abcdefg abcdefgh abcabc aabbcc qwe asd zxc
  admin administrator root toor user guest test testing tester demo default system server login logon master superuser
  support service operator manager owner office company secret secrets private access account access public temp temporary
  letmein letmeinnow welcome welcomeback changeme changeit changethis pleasechange newpassword mypassword yourpassword
  thepassword nopassword strongpassword securepassword supersecret topsecret verysecret iloveyou iloveu loveyou loveme
  trustno trustnoone whatever nothing something hello helloworld goodbye computer internet network database
  monkey dragon football baseball basketball soccer hockey tennis golf sports superman batman spiderman ironman starwars
  pokemon pikachu naruto minecraft roblox fortnite nintendo playstation xbox gamer killer shadow hunter ranger warrior
  princess sunshine flower butterfly rainbow angel angels lovely sweety sweetheart honey cookie chocolate banana orange
  cheese pepper ginger summer winter spring autumn january february march april may june july august september october
  november december monday tuesday wednesday thursday friday saturday sunday
  michael jennifer jessica ashley daniel charlie jordan andrew thomas robert matthew joshua michelle nicole anthony
  george samantha hannah amanda maggie buster tigger bailey harley mustang ferrari porsche mercedes corvette yamaha
  liverpool chelsea arsenal barcelona realmadrid juventus manchester yankees lakers cowboys steelers eagles
  london berlin paris america usa england germany france canada australia brazil mexico
  google facebook instagram twitter youtube amazon microsoft windows apple samsung linux ubuntu debian docker postgres
  mysql oracle github openai chatgpt muster
  freedom jesus christ blessed family forever friends money success secure security
  fuckyou fuckoff asshole pussy sexy
  cocacola pepsi mother father brother sister baby babygirl lovelove
`);

export const COMMON_PASSWORDS: ReadonlySet<string> = words(`
  correcthorsebatterystaple correct-horse-battery-staple passwordpassword password-password qwertyqwerty adminadmin
  testtesttest secretsecret changemechangeme 1234512345 1234554321 0987654321 9876543210 1122334455 1112223334
  123123123123 123456123456 12344321 1231231234 147258369 1472583690 7894561230 abc123abc123 a1b2c3d4e5 a1b2c3d4e5f6
  1a2b3c4d5e 1234567890a 1234567890q 123456789a 123456789q a123456789 q123456789 qwerty12345 12345qwerty 1234qwerty
  qwer1234qwer asdf1234asdf 1qaz@wsx3edc 1qaz2wsx!qaz !qaz2wsx3edc zaq12wsxcde3 zaq1zaq1zaq1 xsw2zaq1xsw2 p@ssw0rd1234
  thisisapassword thisismypassword iamthebest iloveyousomuch iloveyouforever imissyousomuch nevergiveup letmeinplease
  openthedoor opensesame opensesame1 whatthefuck godisgood jesuschrist jesuslovesme ilovejesus ilovemyself ilovemyfamily
  mypassword1 yourmother manchesterunited harrypotter starwars1977 lordoftherings gameofthrones winteriscoming
  liverpoolfc basketball1 football123 skateboard snowboarding photography motorcycle strawberry watermelon blackberry
  blueberries cheesecake elizabeth1 christopher alexander1 alexandria stephanie1 christina1 benjamin01 california
  washington newyorkcity losangeles manchester1 birmingham sunshine12 butterfly1 heartbreaker happybirthday merrychristmas
  administrator superadmin1 rootroot123 secret1234 tobeornottobe
`);
