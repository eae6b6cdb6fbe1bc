use super::*;

#[test]
fn messages_of_one_batch_get_dense_seqs_and_growing_revs_in_the_order_of_the_batch() {
    let (mut world, ann, bob, place) = World::of_two();
    let writes: Vec<Write> = (0..20)
        .map(|n| Write::Append(world.text(if n % 3 == 0 { bob } else { ann }, place, &format!("text {n}"))))
        .collect();
    let stored: Vec<Message> = world.batch(&writes).into_iter().map(appended).collect();
    assert!(stored.iter().map(|message| message.seq.get()).eq(1..=20));
    assert!(stored.windows(2).all(|pair| pair[0].rev < pair[1].rev));
    assert_eq!(world.reader.messages(bob, place, Anchor::Newest, 50).unwrap().unwrap().messages, stored);
}

#[test]
fn a_repeat_stores_nothing_and_answers_with_the_first_result_even_in_the_same_batch() {
    let (mut world, ann, _, place) = World::of_two();
    let new = world.text(ann, place, "once");
    let answers = world.batch(&[Write::Append(new.clone()), Write::Append(new.clone())]);
    let [first, second] = [&answers[0], &answers[1]].map(|answer| match answer {
        Ok(Stored::Appended { message, is_repeat, .. }) => (message.seq, message.rev, message.at, *is_repeat),
        other => panic!("{other:?}"),
    });
    assert_eq!((first.0, first.1, first.2, true), second);
    world.say(ann, place, "another");
    assert_eq!(appended(world.write(Write::Append(new))).rev, first.1);
    assert_eq!(world.seqs(ann, place, Anchor::Newest, 50), [1, 2]);
}

#[test]
fn a_repeat_is_recognised_after_the_message_was_edited_and_deleted() {
    let (mut world, ann, _, place) = World::of_two();
    let new = world.text(ann, place, "first words");
    let message = appended(world.write(Write::Append(new.clone())));
    let edited = changed(world.edit(ann, &message, "other words"));
    world.delete(ann, &edited).unwrap();
    assert_eq!(appended(world.write(Write::Append(new))).rev, message.rev);
}

#[test]
fn a_repeat_gets_its_first_result_also_when_its_sender_has_been_removed_since() {
    let (mut world, [ann, bob, _], place) = World::of_group();
    let new = world.text(bob, place, "before I went");
    let first = appended(world.write(Write::Append(new.clone())));
    world.write(Write::RemoveMember { user: ann, conversation: place, member: bob }).unwrap();
    assert_eq!(appended(world.write(Write::Append(new))).seq, first.seq);
    let later = world.text(bob, place, "after");
    assert_eq!(world.write(Write::Append(later)), Err(Refusal::Forbidden));
}

#[test]
fn other_content_under_a_used_client_id_is_refused() {
    let (mut world, ann, bob, place) = World::of_two();
    let new = world.text(ann, place, "one thing");
    let message = appended(world.write(Write::Append(new.clone())));
    let other = NewMessage { body: Body::parse("another").unwrap(), ..new.clone() };
    assert_eq!(world.write(Write::Append(other)), Err(Refusal::ClientIdReused));
    assert_eq!(world.write(edit(new.client_id, ann, &message, "x")), Err(Refusal::ClientIdReused));
    let same_id_of_bob = NewMessage { sender: bob, ..new };
    assert_eq!(appended(world.write(Write::Append(same_id_of_bob))).seq, Seq::new(2));
}

#[test]
fn a_client_id_used_for_an_edit_cannot_become_a_message() {
    let (mut world, ann, _, place) = World::of_two();
    let message = world.say(ann, place, "text");
    let client_id = world.fresh_id();
    world.write(edit(client_id, ann, &message, "new text")).unwrap();
    let new = new_message(client_id, ann, Target::Conversation(place), "new text");
    assert_eq!(world.write(Write::Append(new)), Err(Refusal::ClientIdReused));
}

#[test]
fn a_post_from_a_non_member_is_refused_and_never_stored() {
    let (mut world, ann, bob, place) = World::of_two();
    let eve = world.person("eve");
    let new = world.text(eve, place, "let me in");
    let reply = NewMessage { reply_to: Some(Seq::new(9)), ..world.text(ann, place, "to what?") };
    let good = world.text(bob, place, "fine");
    let answers = world.batch(&[Write::Append(new), Write::Append(reply), Write::Append(good)]);
    assert_eq!(answers[..2], [Err(Refusal::NotFound), Err(Refusal::NotFound)]);
    assert_eq!(appended(answers[2].clone()).seq, Seq::new(1));
    assert_eq!(world.reader.messages(eve, place, Anchor::Newest, 50).unwrap(), None);
    assert_eq!(world.reader.conversation(eve, place).unwrap(), None);
}

#[test]
fn a_first_message_to_a_person_opens_the_conversation_once_for_both() {
    let mut world = World::new();
    let (ann, bob) = (world.person("ann"), world.person("bob"));
    let mut to = |sender, other, text: &str| new_message(world.fresh_id(), sender, Target::User(other), text);
    let [first, reply, to_self, to_nobody] =
        [to(ann, bob, "hello"), to(bob, ann, "hi"), to(ann, ann, "me"), to(ann, UserId::new(99), "who")];
    let answers = world.batch(&[first.clone(), reply, to_self, to_nobody].map(Write::Append));
    let Ok(Stored::Appended { message, opened: Some(opened), .. }) = &answers[0] else { panic!("{answers:?}") };
    let viewers: Vec<UserId> = opened.views.iter().map(|(viewer, _)| *viewer).collect();
    assert_eq!(viewers, [ann, bob]);
    assert!(matches!(&answers[1], Ok(Stored::Appended { message: reply, opened: None, .. })
        if reply.conversation == message.conversation && reply.seq == Seq::new(2)));
    assert_eq!(answers[2..], [Err(Refusal::NotFound), Err(Refusal::NotFound)]);
    assert_eq!(appended(world.write(Write::Append(first))).seq, message.seq);
}

#[test]
fn an_edit_names_the_version_it_changes_and_a_repeat_of_it_changes_nothing() {
    let (mut world, ann, bob, place) = World::of_two();
    let message = world.say(ann, place, "teh");
    let client_id = world.fresh_id();
    let fix = edit(client_id, ann, &message, "the");
    let edited = changed(world.write(fix.clone()));
    assert_eq!((edited.version, edited.body.as_str()), (Version::new(2), "the"));
    let Ok(Stored::Changed { message: again, is_repeat: true, .. }) = world.write(fix) else { panic!() };
    assert_eq!(again.rev, edited.rev);
    assert_eq!(world.edit(ann, &message, "thee"), Err(Refusal::VersionConflict(Box::new(edited.clone()))));
    assert_eq!(world.edit(bob, &edited, "mine"), Err(Refusal::Forbidden));
    let tombstone = changed(world.delete(ann, &edited));
    assert_eq!((tombstone.body.as_str(), tombstone.deleted_at), ("", Some(world.now)));
    assert_eq!(world.edit(ann, &tombstone, "back"), Err(Refusal::Deleted));
}

#[test]
fn pages_meet_without_gap_or_double_wherever_they_start() {
    let (mut world, ann, _, place) = World::of_two();
    for n in 1..=9 {
        world.say(ann, place, &format!("text {n}"));
    }
    assert_eq!(world.seqs(ann, place, Anchor::Newest, 4), [6, 7, 8, 9]);
    assert_eq!(world.seqs(ann, place, Anchor::Before(Seq::new(6)), 4), [2, 3, 4, 5]);
    assert_eq!(world.seqs(ann, place, Anchor::Before(Seq::new(2)), 4), [1]);
    assert_eq!(world.seqs(ann, place, Anchor::After(Seq::new(5)), 2), [6, 7]);
    assert_eq!(world.seqs(ann, place, Anchor::Around(Seq::new(5)), 4), [3, 4, 5, 6]);
    assert_eq!(world.seqs(ann, place, Anchor::After(Seq::new(9)), 4), [] as [i64; 0]);
}

#[test]
fn changes_after_a_revision_are_complete_in_runs_of_any_length() {
    let (mut world, ann, bob, place) = World::of_two();
    let messages: Vec<Message> = (0..8).map(|n| world.say(ann, place, &format!("text {n}"))).collect();
    let seen = world.view(bob, place).rev.get();
    let edited = changed(world.edit(ann, &messages[1], "edited"));
    world.say(bob, place, "new");
    world.confirm(bob, place, ReceiptKind::Delivered, 5);
    world.edit(ann, &edited, "edited twice").unwrap();
    world.delete(ann, &messages[4]).unwrap();
    let mut held: Vec<Message> = world.reader.messages(bob, place, Anchor::Newest, 50).unwrap().unwrap().messages;
    let newest = held.clone();
    held[1] = messages[1].clone();
    held[4] = messages[4].clone();
    held.pop();
    for limit in [1, 2, 500] {
        let (mut held, mut after, mut receipts) = (held.clone(), seen, 0);
        loop {
            let ChangesSince::Changes(run) = world.changes(bob, place, after, limit) else { panic!() };
            assert!(run.messages.len() <= limit);
            receipts += run.receipts.len();
            for message in run.messages {
                held.retain(|other| other.seq != message.seq);
                held.push(message);
            }
            after = run.rev.get();
            if !run.has_more {
                break;
            }
        }
        held.sort_by_key(|message| message.seq);
        assert_eq!((held, receipts, after), (newest.clone(), 1, world.view(bob, place).rev.get()));
    }
}

#[test]
fn a_client_more_than_two_thousand_changes_behind_is_told_to_start_over() {
    let (mut world, ann, bob, place) = World::of_two();
    let writes: Vec<Write> = (0..2_001).map(|_| Write::Append(world.text(ann, place, "text"))).collect();
    world.batch(&writes);
    assert!(matches!(world.changes(bob, place, 0, 50), ChangesSince::Reset { head, .. } if head.get() == 2_001));
    assert!(matches!(world.changes(bob, place, 1, 50), ChangesSince::Changes(run) if run.messages.len() == 50));
}

#[test]
fn a_repeated_change_gets_its_first_result_for_ever_and_before_access() {
    let (mut world, [ann, bob, _], place) = World::of_group();
    let message = world.say(bob, place, "teh");
    let (edit_id, delete_id) = (world.fresh_id(), world.fresh_id());
    let fix = edit(edit_id, bob, &message, "the");
    // Two devices at once.
    let both = world.batch(&[fix.clone(), fix.clone()]);
    let edited = changed(both[0].clone());
    let (conversation, seq, version) = (place, edited.seq, edited.version);
    let delete = Write::Delete { user: bob, client_id: delete_id, conversation, seq, version };
    let deleted = changed(world.write(delete.clone()));
    world.write(Write::RemoveMember { user: ann, conversation: place, member: bob }).unwrap();
    world.restart();
    let again = [changed(both[1].clone()), changed(world.write(fix)), changed(world.write(delete))];
    let results = again.map(|message| (message.rev, message.version));
    let (edit_result, delete_result) = ((edited.rev, edited.version), (deleted.rev, deleted.version));
    assert_eq!(results, [edit_result, edit_result, delete_result]);
    // Other content under either id, and a new change of somebody who is out.
    let other_text = edit(edit_id, bob, &message, "them");
    let edit_for_deletion =
        Write::Edit { user: bob, client_id: delete_id, conversation, seq, version, body: Body::parse("the").unwrap() };
    let deletion_for_edit =
        Write::Delete { user: bob, client_id: edit_id, conversation, seq, version: message.version };
    for write in [other_text, edit_for_deletion, deletion_for_edit] {
        assert_eq!(world.write(write), Err(Refusal::ClientIdReused));
    }
    assert_eq!(world.edit(bob, &edited, "new"), Err(Refusal::Forbidden));
}
