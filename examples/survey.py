"""A survey with branches, from top to bottom. Who hangs up in the middle has their answers kept, too.

python survey.py
jambonz-sync call ws://127.0.0.1:3000/ --press 2 --says "It was late." --press 1 --press "5085551212#"
"""

from jambonz_sync import Session, create_endpoint

endpoint = create_endpoint()


def rating(session: Session):
    """From 1 to 5; None from a caller who has pressed nothing else three times."""
    prompt = "How was your order, from 1 to 5?"
    for _ in range(3):
        digits = session.ask(prompt, num_digits=1, timeout=8).digits
        if digits and digits in "12345":
            return int(digits)
        prompt = "Please press a key from 1 to 5."
    return None


@endpoint.call("/")
def call(session: Session):
    answers: dict[str, str | int | None] = {"caller": session.from_}
    try:
        session.say(text="Thank you for taking part.")
        stars = answers["rating"] = rating(session)
        if stars is None:
            return session.say(text="Maybe another time. Goodbye.").hangup()
        if stars <= 3:
            answers["complaint"] = session.ask("We are sorry. What went wrong?", timeout=10).transcript
            if session.ask("Press 1 if we may call you back.", num_digits=1).digits == "1":
                number = session.ask("Key in your number, and the pound key.", finish_on_key="#", timeout=15).digits
                answers["call_back"] = number or session.from_
        else:
            answers["praise"] = session.ask("Wonderful! What did you like best?", timeout=10).transcript
        return session.say(text="Thank you. Goodbye.").hangup()
    finally:  # the end of the call comes as CallEnded out of ask()
        print(f"call {session.call_sid}: {answers}")


if __name__ == "__main__":
    endpoint.run()
