//! Floods and hoarding: connections that are held and used for nothing, requests and messages that drip, and members who
//! say more than anybody could. Each is ended by the server, by itself; everybody else is served meanwhile.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;

use crate::count::Count;
use crate::pulse::{Pulse, p99};
use crate::support::*;

/// How often what drips gives one byte more.
const DRIP: Duration = Duration::from_millis(300);
/// How long a test holds out: far beyond every deadline that the server has been given.
const PATIENCE: Duration = SOON;

/// What a hoarder does with each of their connections.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// Says nothing.
    Silent,
    /// Sends the head of a request byte by byte.
    Head,
    /// The same for the second request.
    SecondHead,
    /// Sends a body byte by byte.
    Body,
    /// The same where no body is asked for.
    NeedlessBody,
    /// Reads an answer byte by byte.
    Reading,
}

impl Way {
    const ALL: [(Way, u32); 6] = [
        (Way::Silent, 2_000),
        (Way::Head, 50),
        (Way::SecondHead, 50),
        (Way::Body, 50),
        (Way::NeedlessBody, 50),
        (Way::Reading, 20),
    ];

    fn begin(self) -> &'static str {
        match self {
            Way::Silent => "",
            Way::Head => "GET / HTTP/1.1\r\nHost: x\r\nX-Drip: ",
            Way::SecondHead => "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nX-Drip: ",
            Way::Body => {
                "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
            }
            Way::NeedlessBody => "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n",
            Way::Reading => "GET /emoji/de.json HTTP/1.1\r\nHost: x\r\n\r\n",
        }
    }

    /// Holds a connection as long as the server lets it. Whether the server ended it, and what it said before.
    async fn hold(self, mut stream: TcpStream) -> (bool, String) {
        let began = Instant::now();
        stream.write_all(self.begin().as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        if matches!(self, Way::Reading) {
            return (Way::read_slowly(&mut stream, &mut heard).await, String::new());
        }
        while began.elapsed() < PATIENCE {
            let mut bytes = [0; 4096];
            match tokio::time::timeout(DRIP, stream.read(&mut bytes)).await {
                Ok(Ok(0) | Err(_)) => return (true, String::from_utf8_lossy(&heard).into_owned()),
                Ok(Ok(count)) => heard.extend_from_slice(&bytes[..count]),
                Err(_) if !matches!(self, Way::Silent) => drop(stream.write_all(b"x").await),
                Err(_) => {}
            }
        }
        (false, String::from_utf8_lossy(&heard).into_owned())
    }

    /// One byte now and then, for longer than the server has patience; then all that there is. It must have given up.
    async fn read_slowly(stream: &mut TcpStream, heard: &mut Vec<u8>) -> bool {
        let began = Instant::now();
        while began.elapsed() < READ_WITHIN * 2 {
            tokio::time::sleep(DRIP).await;
            let mut byte = [0];
            match stream.read(&mut byte).await {
                Ok(1) => heard.extend_from_slice(&byte),
                _ => return true,
            }
        }
        while began.elapsed() < READ_WITHIN * 2 + PATIENCE {
            let mut bytes = [0; 4096];
            match tokio::time::timeout(DRIP, stream.read(&mut bytes)).await {
                Ok(Ok(0) | Err(_)) => break,
                Ok(Ok(count)) => heard.extend_from_slice(&bytes[..count]),
                // A kernel that gave us up (`TCP_USER_TIMEOUT`) may have done so without a word: it says so when asked.
                Err(_) => drop(stream.write_all(b"x").await),
            }
        }
        let text = String::from_utf8_lossy(heard).to_ascii_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
        heard.len() < length.unwrap_or(usize::MAX)
    }
}

const READ_WITHIN: Duration = Duration::from_secs(15);

/// One of 200 loopback addresses.
fn hoarder(number: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(Ipv4Addr::new(127, 10, 0, 0).to_bits() + 1 + number % 200)
}

/// A connection with a small window, so that what is not read stays with the server.
async fn open(server: &Server, from: Ipv4Addr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4096)?;
    socket.bind((from, 0).into())?;
    socket.connect(server.address()).await
}

/// Opens that many connections, and holds each.
fn hold_all(server: &Server, way: Way, count: u32) -> Vec<JoinHandle<(bool, String)>> {
    let hold = |number| {
        let server = server.clone();
        tokio::spawn(async move {
            match open(&server, hoarder(number)).await {
                Ok(stream) => way.hold(stream).await,
                Err(error) => (false, format!("could not be opened: {error}")),
            }
        })
    };
    (0..count).map(hold).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_hoarded_or_drips_is_ended_and_everybody_else_is_served() {
    // Still long enough for whoever means well on a busy machine.
    println!(
        "lowered: keep-alive, body-within, message-within to 5s; read-within to {READ_WITHIN:?}; head- and hello-within set to 20s"
    );
    let program = Program::start(&[
        ("CHINWAG_HEAD_WITHIN", "20s"),
        ("CHINWAG_KEEP_ALIVE", "5s"),
        ("CHINWAG_BODY_WITHIN", "5s"),
        ("CHINWAG_HELLO_WITHIN", "20s"),
        ("CHINWAG_MESSAGE_WITHIN", "5s"),
        ("CHINWAG_READ_WITHIN", &format!("{}s", READ_WITHIN.as_secs())),
    ]);
    let server = program.server();
    let pulse = Pulse::begin(server).await;
    let mut count = Count::of("floods and hoarding: held connections, dripping requests");
    let held: Vec<_> = Way::ALL.map(|(way, number)| (way, hold_all(server, way, number))).into_iter().collect();
    let mallory = Arc::new(Person::sign_up(server, "Mallory").await);
    let sockets: Vec<_> = [false, true].map(|drips| tokio::spawn(hold_socket(mallory.clone(), drips))).into();
    // Somebody who comes while all that goes on.
    let newcomer = Person::sign_up(server, "Newcomer").await;
    let mut window = newcomer.connect().await;
    window.say_to(&mallory, "hello").await;
    for (way, held) in held {
        for one in held {
            let (was_ended, heard) = one.await.unwrap();
            count.tried(was_ended, (way, heard.lines().next()));
            if matches!(way, Way::Body) && was_ended {
                count.tried(heard.contains("408") && heard.contains("too_slow"), (way, &heard));
            }
        }
    }
    for socket in sockets {
        let ended = socket.await.unwrap();
        count.tried(ended == Ended(Some(1008)), ended);
    }
    window.catch_up().await;
    count.tried(!pulse.end().await.is_empty(), "no message arrived");
    count.tried(!program.said().contains("ERROR"), program.said());
    count.end();
}

/// A member's socket without a hello, or with a message that never ends.
async fn hold_socket(member: Arc<Person>, drips: bool) -> Ended {
    if !drips {
        return Socket::open(&member).await.ended().await;
    }
    let mut socket = member.connect().await;
    // Text, not the last fragment, masked with nothing; then a fragment of one space and a pong, again and again.
    let (first, more) = ([0x01, 0x81, 0, 0, 0, 0, b'{'], [0x00, 0x81, 0, 0, 0, 0, b' ', 0x8a, 0x80, 0, 0, 0, 0]);
    socket.send_raw(&first).await;
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if socket.try_send_raw(&more).await && socket.is_open_for(DRIP).await {
            continue;
        }
        break;
    }
    socket.ended().await
}

#[tokio::test]
async fn for_one_more_stranger_the_oldest_goes_and_nobody_who_is_signed_in() {
    println!("raised: head-within to 1h, so that nobody goes by time");
    let program = Program::start(&[
        ("CHINWAG_HEAD_WITHIN", "1h"),
        // With more threads they need not come in the order in which they were opened.
        ("CHINWAG_WORKERS", "1"),
        ("CHINWAG_STRANGERS_ADDRESS", "100"),
        ("CHINWAG_STRANGERS", "150"),
    ]);
    let server = program.server();
    let ann = Person::sign_up(server, "Ann").await;
    let mut window = ann.connect().await;
    let mut count = Count::of("floods and hoarding: connections without a session");
    for (from, most, number) in [(vec![ann.from], 100, 300), ((0..200).map(hoarder).collect(), 150, 400)] {
        let mut held = Vec::new();
        for turn in 0..number {
            held.push(open(server, from[turn % from.len()]).await.unwrap());
        }
        // The youngest are still there, and so is whoever is signed in, from the same address.
        let (old, young) = held.split_at_mut(number - most);
        for (age, stream) in old.iter_mut().enumerate() {
            let ended = tokio::time::timeout(PATIENCE, stream.read(&mut [0])).await;
            count.tried(matches!(ended, Ok(Ok(0) | Err(_))), (most, "an old one stays", age));
        }
        for stream in young.iter_mut().rev().take(10) {
            stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
            let mut bytes = [0; 15];
            let read = tokio::time::timeout(PATIENCE, stream.read_exact(&mut bytes)).await.expect("an answer");
            count.tried(read.is_ok() && bytes == *b"HTTP/1.1 200 OK", (most, "a young one is served"));
        }
        window.catch_up().await;
        count.tried(ann.get("/me").await.status == 200, (most, "a member on the same address"));
    }
    count.end();
}

#[tokio::test]
async fn more_sockets_are_not_more_messages() {
    println!("lowered: frames-user to 60,1/d, so that no machine is slow enough for one more");
    let program = Program::start(&[("CHINWAG_FRAMES_USER", "60,1/d")]);
    let server = program.server();
    let (mallory, ann) = (Person::sign_up(server, "Mallory").await, Person::sign_up(server, "Ann").await);
    let conversation = mallory.conversation_with(&ann).await;
    let mut count = Count::of("floods and hoarding: messages of one member");
    let mut stored = 0;
    for _ in 0..5 {
        let mut socket = mallory.connect().await;
        for number in 0..40 {
            let frame = json!({"type": "message.send", "clientId": client_id(), "conversation": conversation, "body": number.to_string()});
            let answer = socket.ask(frame).await;
            let is_refused =
                answer["code"] == "rate_limited" && answer["retryAfterMs"].as_i64().is_some_and(|wait| wait > 0);
            stored += i64::from(answer["type"] == "message.stored");
            count.tried(answer["type"] == "message.stored" || is_refused, &answer);
        }
    }
    count.tried(stored == 60, ("stored", stored));
    ann.connect().await.say(conversation, "and mine").await;
    count.end();
}

/// The promises in numbers, with and without in one run; they say something only on a machine that does nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn chat_takes_at_most_twice_as_long_beside_floods_and_hoards() {
    let program = Program::start(&[]);
    let server = program.server();
    let time = Duration::from_secs(20);
    let without = Pulse::p99_of(server, time).await;

    let mut idle = Vec::new();
    for number in 0..8_000 {
        idle.push(open(server, hoarder(number)).await);
    }
    let pulse = Pulse::begin(server).await;
    let began = Instant::now();
    Person::sign_up(server, "Newcomer").await.connect().await;
    let served = began.elapsed();
    // Those that the server ended are opened again, all the time.
    while began.elapsed() < time {
        for number in 0..200 {
            idle[number as usize] = open(server, hoarder(number)).await;
        }
        idle.rotate_left(200);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let hoarded = p99(pulse.end().await);
    drop(idle);

    let mut flooders = Vec::new();
    for _ in 0..50 {
        let (one, other) = (Person::sign_up(server, "Flood").await, Person::sign_up(server, "Mate").await);
        let conversation = one.conversation_with(&other).await;
        flooders.push((one.connect().await, conversation));
    }
    let pulse = Pulse::begin(server).await;
    let flood = flooders.into_iter().map(|(mut socket, conversation)| {
        tokio::spawn(async move {
            let (began, mut sent) = (Instant::now(), 0_u32);
            let mut every = tokio::time::interval(Duration::from_millis(10));
            while began.elapsed() < time {
                every.tick().await;
                for _ in 0..10 {
                    let frame = json!({"type": "message.send", "clientId": client_id(), "conversation": conversation, "body": "flood"});
                    sent += u32::from(socket.try_send(&frame).await);
                }
                // What comes is read, or the server would cut it for not reading.
                while socket.is_there_more().await {}
            }
            sent
        })
    });
    let mut sent = 0;
    for one in flood.collect::<Vec<_>>() {
        sent += one.await.unwrap();
    }
    let flooded = p99(pulse.end().await);
    println!(
        "measured: p99 without {without:?}; beside 8,000 idle sockets {hoarded:?}, a new user served in {served:?}; beside {sent} messages in {time:?} of 50 members {flooded:?}"
    );
    assert!(served < Duration::from_secs(1), "{served:?}");
    assert!(hoarded <= without * 2 && flooded <= without * 2, "more than twice");
}
