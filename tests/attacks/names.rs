//! Twins of other people's names. The alphabet is ours, made by looking at letters and not from the tables by which the
//! program compares: what a person takes for the same name, whatever a table says.

use chinwag::clock::Timestamp;
use chinwag::domain::{DisplayName, Username};
use chinwag::store::{NewUser, Refusal, Write, WriteStore, sqlite};

use crate::count::Count;
use crate::support::*;

/// Fifty names of people, pets and services, of every letter and digit.
const NAMES: [&str; 50] = [
    "alice",
    "bob",
    "charlie",
    "dora",
    "eve",
    "felix",
    "gustav",
    "hanna",
    "ilse",
    "jakob",
    "klara",
    "ludwig",
    "mona",
    "nora",
    "oscar",
    "paula",
    "quinn",
    "rosa",
    "simon",
    "tilda",
    "ulrich",
    "vera",
    "wanda",
    "xaver",
    "yuki",
    "zora",
    "paypal",
    "google",
    "amazon",
    "microsoft",
    "bank24",
    "mail.desk",
    "info-desk7",
    "team_blue",
    "jean-luc",
    "max1990",
    "sofia8",
    "agent007",
    "lilli",
    "illinois",
    "bellini",
    "moon",
    "noon",
    "vivian",
    "civic",
    "kayak",
    "hyggelig",
    "corner",
    "burning",
    "jazz5",
];

/// For each letter and digit, what one may take for it: Cyrillic, Greek, Armenian, Coptic, Cherokee, Lisu, small capitals,
/// mathematical and full-width letters, marks that hide, and other letters of the same script.
const LIKE: [(char, &str); 36] = [
    ('a', "аɑαａ𝐚𝑎𝒂𝓪𝔞𝕒𝖆𝖺𝗮𝙖𝚊ⓐАΑᎪꓮᗅ🄰"),
    ('b', "ЬƄᏏｂ𝐛𝑏𝒃𝓫𝔟𝕓𝖇𝖻𝗯𝙗𝚋ⓑВΒᏴꓐ"),
    ('c', "сϲᴄⅽｃ𝐜𝑐𝒄𝓬𝔠𝕔𝖈𝖼𝗰𝙘𝚌ⓒСϹᏟꓚⲥ"),
    ('d', "ԁᏧⅾｄ𝐝𝑑𝒅𝓭𝔡𝕕𝖉𝖽𝗱𝙙𝚍ⓓᎠꓓ"),
    ('e', "еҽｅ𝐞𝑒𝒆𝓮𝔢𝕖𝖊𝖾𝗲𝙚𝚎ⓔℯЕΕᎬꓰ"),
    ('f', "ｆ𝐟𝑓𝒇𝓯𝔣𝕗𝖋𝖿𝗳𝙛𝚏ⓕſꓝ"),
    ('g', "ɡցｇ𝐠𝑔𝒈𝓰𝔤𝕘𝖌𝗀𝗴𝙜𝚐ⓖℊᏀꓖ"),
    ('h', "һհᏂｈ𝐡𝒉𝓱𝔥𝕙𝖍𝗁𝗵𝙝𝚑ⓗℎНΗᎻꓧ"),
    ('i', "іɩıιⅰｉ𝐢𝑖𝒊𝓲𝔦𝕚𝖎𝗂𝗶𝙞𝚒ⓘᎥ"),
    ('j', "јϳｊ𝐣𝑗𝒋𝓳𝔧𝕛𝖏𝗃𝗷𝙟𝚓ⓙЈᎫꓙ"),
    ('k', "ｋ𝐤𝑘𝒌𝓴𝔨𝕜𝖐𝗄𝗸𝙠𝚔ⓚКΚᏦꓗK"),
    ('l', "ӏⅼｌ𝐥𝑙𝒍𝓵𝔩𝕝𝖑𝗅𝗹𝙡𝚕ⓛℓ1I|ᏞꓡΙІ"),
    ('m', "ｍ𝐦𝑚𝒎𝓶𝔪𝕞𝖒𝗆𝗺𝙢𝚖ⓜⅿМΜᎷꓟ"),
    ('n', "ոｎ𝐧𝑛𝒏𝓷𝔫𝕟𝖓𝗇𝗻𝙣𝚗ⓝΝꓠ"),
    ('o', "оοօ௦०੦๐໐ｏ𝐨𝑜𝒐𝓸𝔬𝕠𝖔𝗈𝗼𝙤𝚘ⓞℴОΟꓳ0ⲟ"),
    ('p', "рρｐ𝐩𝑝𝒑𝓹𝔭𝕡𝖕𝗉𝗽𝙥𝚙ⓟРΡᏢꓑⲣ"),
    ('q', "ԛզｑ𝐪𝑞𝒒𝓺𝔮𝕢𝖖𝗊𝗾𝙦𝚚ⓠ"),
    ('r', "гᴦｒ𝐫𝑟𝒓𝓻𝔯𝕣𝖗𝗋𝗿𝙧𝚛ⓡᎡꓣ"),
    ('s', "ѕｓ𝐬𝑠𝒔𝓼𝔰𝕤𝖘𝗌𝘀𝙨𝚜ⓢЅᏚꓢꜱ"),
    ('t', "ｔ𝐭𝑡𝒕𝓽𝔱𝕥𝖙𝗍𝘁𝙩𝚝ⓣТΤᎢꓔ"),
    ('u', "υսｕ𝐮𝑢𝒖𝓾𝔲𝕦𝖚𝗎𝘂𝙪𝚞ⓤꓴ"),
    ('v', "ѵνⅴｖ𝐯𝑣𝒗𝓿𝔳𝕧𝖛𝗏𝘃𝙫𝚟ⓥᏙꓦᴠ"),
    ('w', "ԝաｗ𝐰𝑤𝒘𝔀𝔴𝕨𝖜𝗐𝘄𝙬𝚠ⓦᎳꓪᴡ"),
    ('x', "хⅹｘ𝐱𝑥𝒙𝔁𝔵𝕩𝖝𝗑𝘅𝙭𝚡ⓧХΧꓫ×"),
    ('y', "уүγｙ𝐲𝑦𝒚𝔂𝔶𝕪𝖞𝗒𝘆𝙮𝚢ⓨΥҮꓬ"),
    ('z', "ｚ𝐳𝑧𝒛𝔃𝔷𝕫𝖟𝗓𝘇𝙯𝚣ⓩΖᏃꓜᴢ"),
    ('0', "оοＯ𝟎𝟘𝟢𝟬𝟶０oO"),
    ('1', "𝟏𝟙𝟣𝟭𝟷１lI|ӏ"),
    ('2', "𝟐𝟚𝟤𝟮𝟸２"),
    ('3', "Ззʒ𝟑𝟛𝟥𝟯𝟹３"),
    ('4', "Ꮞ𝟒𝟜𝟦𝟰𝟺４"),
    ('5', "𝟓𝟝𝟧𝟱𝟻５"),
    ('6', "бᏮ𝟔𝟞𝟨𝟲𝟼６"),
    ('7', "𝟕𝟟𝟩𝟳𝟽７"),
    ('8', "৪𝟖𝟠𝟪𝟴𝟾８"),
    ('9', "৭𝟗𝟡𝟫𝟵𝟿９"),
];

/// What is not seen, or turns what follows.
const UNSEEN: [&str; 22] = [
    "\u{200b}", "\u{200c}", "\u{200d}", "\u{200e}", "\u{200f}", "\u{202a}", "\u{202c}", "\u{202d}", "\u{202e}",
    "\u{2060}", "\u{2063}", "\u{2066}", "\u{2069}", "\u{feff}", "\u{ad}", "\u{34f}", "\u{61c}", "\u{180e}", "\u{fe0f}",
    "\u{115f}", "\u{3164}", "\u{0}",
];

/// Marks that are hardly seen on their letter.
const MARKS: [&str; 5] = ["\u{335}", "\u{337}", "\u{338}", "\u{488}", "\u{20dd}"];

fn like(letter: char) -> impl Iterator<Item = char> {
    LIKE.iter().filter(move |(own, _)| *own == letter).flat_map(|(_, all)| all.chars())
}

/// What somebody might sign up as to be taken for `name`: a letter, two, or all of them changed; something unseen; another
/// case, width or spacing.
fn twins(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut all = Vec::new();
    let mut with = |changes: &[(usize, String)]| {
        let letter = |at: usize| {
            changes.iter().find(|(place, _)| *place == at).map_or(letters[at].into(), |(_, new)| new.clone())
        };
        all.push((0..letters.len()).map(letter).collect::<String>());
    };
    for (at, letter) in letters.iter().enumerate() {
        for other in like(*letter) {
            with(&[(at, other.into())]);
            // A second one, a few places on.
            let next = (at + 2) % letters.len();
            if let Some(second) = like(letters[next]).nth(at).filter(|_| next != at) {
                with(&[(at, other.into()), (next, second.into())]);
            }
        }
        for unseen in UNSEEN {
            with(&[(at, format!("{unseen}{letter}"))]);
        }
        with(&[(at, format!("{letter}\u{200b}\u{200d}"))]);
    }
    for nth in 0..20 {
        all.push(letters.iter().map(|letter| like(*letter).nth(nth).unwrap_or(*letter)).collect());
    }
    for (one, other) in [
        ("rn", "m"),
        ("m", "rn"),
        ("w", "vv"),
        ("vv", "w"),
        ("cl", "d"),
        ("l", "I"),
        ("l", "1"),
        ("o", "0"),
        ("0", "o"),
        ("ﬁ", "fi"),
    ] {
        all.push(name.replace(one, other));
    }
    all.push(name.to_uppercase());
    all.push(
        letters[..1].iter().flat_map(|letter| letter.to_uppercase()).chain(letters[1..].iter().copied()).collect(),
    );
    all.push(format!(" {name}"));
    all.push(format!("{name}\u{a0}"));
    all.push(format!("\u{3000}{name}"));
    all.extend(
        [".", "-", "_", "\u{2010}", "·"].iter().flat_map(|sign| [format!("{name}{sign}"), format!("{sign}{name}")]),
    );
    all.sort_unstable();
    all.dedup();
    all.retain(|twin| twin != name);
    all
}

fn new_user(username: Username) -> Write {
    let display_name = DisplayName::parse("Somebody").unwrap();
    let user = NewUser { username, display_name, password_hash: String::new(), password_is_weak: false };
    Write::CreateUser { user, session: None }
}

#[test]
fn no_twin_of_fifty_names_becomes_a_username() {
    let folder = tempfile::tempdir().unwrap();
    let (mut writer, _pool) = sqlite::open(&folder.path().join("chat.db"), b"secret", 1).unwrap();
    let at = Timestamp::from_millis(1_700_000_000_000);
    let own: Vec<Write> = NAMES.iter().map(|name| new_user(Username::parse(name).unwrap())).collect();
    let signed_up = writer.apply(&own, at).unwrap();
    assert!(signed_up.iter().all(Result::is_ok), "{signed_up:?}");
    let mut count = Count::of("look-alike names");
    let mut tried = 0;
    for name in NAMES {
        for twin in twins(name) {
            tried += 1;
            let refusal = match Username::parse(&twin) {
                Err(_) => None,
                Ok(username) => Some(writer.apply(&[new_user(username)], at).unwrap().remove(0)),
            };
            let held = matches!(refusal, None | Some(Err(Refusal::UsernameTaken | Refusal::UsernameLookalike)));
            count.tried(held, (name, &twin, refusal));
        }
    }
    assert!(tried >= 10_000, "only {tried} twins");
    count.end();
}

#[tokio::test]
async fn no_twin_of_a_name_signs_up_over_http_or_logs_in_as_its_owner() {
    let program = Program::start(&[]);
    let mut count = Count::of("look-alike names over HTTP");
    for name in ["paypal", "jean-luc", "agent007"] {
        Person::sign_up_as(program.server(), name, PASSWORD).await;
        for twin in twins(name).into_iter().step_by(3) {
            let body = json!({"username": twin, "password": PASSWORD});
            let answer = post(program.server(), own_address(), "/api/v1/signup", &body).await;
            count.tried(matches!(answer.status, 409 | 422), (name, &twin, answer.status));
        }
    }
    count.end();
}

/// A mark makes another letter of one, which is seen; but a name may not be told from another by what is hardly seen.
#[test]
fn marks_that_are_hardly_seen_make_no_new_name() {
    let mut count = Count::of("names told apart by marks that are hardly seen");
    for name in NAMES {
        let own = Username::parse(name).unwrap();
        for (at, letter) in name.char_indices() {
            for mark in MARKS {
                let end = at + letter.len_utf8();
                let twin = format!("{}{mark}{}", &name[..end], &name[end..]);
                let is_free = Username::parse(&twin).is_ok_and(|twin| twin.skeleton() != own.skeleton());
                count.tried(!is_free, (name, twin));
            }
        }
    }
    count.end();
}
