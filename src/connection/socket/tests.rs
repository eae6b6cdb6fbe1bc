use std::{
    collections::HashSet,
    sync::mpsc::{self, TryRecvError},
    thread,
    time::Instant,
};

use rstest::rstest;

use super::*;
use crate::connection::{
    guard::client_frames::*,
    upgrade::echo::{Client, POUR, Server},
};

const TEXT_ANSWER: u8 = 0x81;

/// Ways for a connection to end. Each gives the client back, so that it does not end it by being dropped.
fn the_client_closes(client: Client, _: &SocketHandle) -> Option<Client> {
    drop(client);
    None
}

fn the_client_resets(client: Client, _: &SocketHandle) -> Option<Client> {
    SockRef::from(&client.0).set_linger(Some(Duration::ZERO)).unwrap();
    drop(client);
    None
}

fn the_client_says_goodbye(mut client: Client, _: &SocketHandle) -> Option<Client> {
    client.send(close(1000, b""));
    assert_eq!(client.close_code(), 1000);
    Some(client)
}

fn the_client_is_refused(mut client: Client, _: &SocketHandle) -> Option<Client> {
    client.send([TEXT, 0]);
    assert_eq!(client.close_code(), 1002);
    Some(client)
}

fn it_is_shut_down_while_idle(client: Client, handle: &SocketHandle) -> Option<Client> {
    assert!(handle.shutdown());
    Some(client)
}

fn it_is_shut_down_while_the_client_does_not_read(mut client: Client, handle: &SocketHandle) -> Option<Client> {
    client.send(frame(TEXT, POUR.as_bytes()));
    client.0.peek(&mut [0]).unwrap();
    assert!(handle.shutdown());
    Some(client)
}

/// The witness and the handle are dropped with the same data, in any order.
fn wait_until_forgotten(handle: &SocketHandle) {
    let patience = Instant::now() + Duration::from_secs(20);
    while handle.descriptor().is_some() {
        assert!(Instant::now() < patience, "the descriptor is forgotten");
        thread::yield_now();
    }
    assert!(!handle.shutdown(), "nothing is left to shut down");
}

#[rstest]
fn a_descriptor_is_forgotten_before_its_socket_closes(
    #[values(
        the_client_closes,
        the_client_resets,
        the_client_says_goodbye,
        the_client_is_refused,
        it_is_shut_down_while_idle,
        it_is_shut_down_while_the_client_does_not_read
    )]
    end: fn(Client, &SocketHandle) -> Option<Client>,
) {
    let server = Server::start();
    let (client, handle) = server.open();
    let client = end(client, &handle);
    assert!(server.next_forgotten().was_still_open);
    wait_until_forgotten(&handle);
    drop(client);
}

#[rstest]
#[case::answered("GET / HTTP/1.1\r\nHost: chat.example\r\n\r\n")]
#[case::answered_twice("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")]
#[case::closed_by_us("GET / HTTP/1.1\r\nHost: chat.example\r\nConnection: close\r\n\r\n")]
fn a_descriptor_of_a_plain_request_is_forgotten_as_well(#[case] request: &str) {
    let server = Server::start();
    let mut client = server.connect();
    client.send(request);
    client.read_head();
    let handle = server.next_opened();
    drop(client);
    assert!(server.next_forgotten().was_still_open);
    wait_until_forgotten(&handle);
}

#[test]
fn a_client_that_stopped_reading_is_ended_from_outside() {
    let server = Server::start();
    let (mut client, handle) = server.open();
    client.send(frame(TEXT, POUR.as_bytes()));
    client.0.peek(&mut [0]).unwrap();
    assert!(handle.shutdown());
    assert_eq!(server.next_stopped(), None, "it was in the middle of writing, so its stream did not end");
}

/// Handles of connections that are closing or long gone are shut down without pause, while new connections, which get
/// the same descriptors, do their work.
#[test]
fn a_handle_never_hits_a_later_connection_with_the_same_descriptor() {
    let server = Server::start();
    let (retire, retired) = mpsc::channel::<SocketHandle>();
    let hammer = thread::spawn(move || {
        let mut handles: Vec<SocketHandle> = Vec::new();
        loop {
            match retired.try_recv() {
                Ok(handle) => handles.push(handle),
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => return,
            }
            for handle in handles.iter().rev().take(200) {
                handle.shutdown();
            }
        }
    });

    let connections = 500;
    for number in 0..connections {
        let (mut client, handle) = server.open();
        for _ in 0..3 {
            client.send(frame(TEXT, b"still here?"));
            assert_eq!(client.next_frame(), (TEXT_ANSWER, b"still here?".to_vec()), "connection {number}");
        }
        // Its end and the first shutdown race.
        retire.send(handle).unwrap();
        drop(client);
    }
    drop(retire);
    hammer.join().unwrap();

    let forgotten: Vec<_> = (0..connections).map(|_| server.next_forgotten()).collect();
    assert!(forgotten.iter().all(|forgotten| forgotten.was_still_open));
    let descriptors: HashSet<_> = forgotten.iter().map(|forgotten| forgotten.descriptor).collect();
    assert!(descriptors.len() < connections / 2, "descriptors were used again: {}", descriptors.len());
}

#[actix::test]
async fn the_options_of_a_connection_are_set() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let mut data = Extensions::new();
    on_connect(&stream, &mut data);
    let socket = SockRef::from(&stream);
    assert!(socket.tcp_nodelay().unwrap());
    assert!((SEND_BUFFER_BYTES..=2 * SEND_BUFFER_BYTES).contains(&socket.send_buffer_size().unwrap()));
    assert_eq!(socket.tcp_user_timeout().unwrap(), Some(USER_TIMEOUT));
    assert!(data.contains::<Tied>());
}

#[test]
fn a_connection_that_is_not_plain_tcp_has_no_handle() {
    let mut data = Extensions::new();
    on_connect(&"something else", &mut data);
    assert!(!data.contains::<Tied>());
}
