"""Finds the parameter that each value and option of a statement is for, and says what has none."""

from collections.abc import Iterable
from itertools import takewhile
from typing import Final

from spec_lang.bound import Bound, Environment, evaluate, replacement
from spec_lang.diagnostics import Diagnostic, Edit, Fix, Label, cut
from spec_lang.forms import Form, Parameter, Required, SameAs, parameters_for
from spec_lang.kind_words import choices_of, is_word, listed_words, may_be_meant, meant_as_size, takes, words_of
from spec_lang.kinds import FLAG_WORDS, UNKNOWN, Flag, Names, Pair, Unknown, describe
from spec_lang.layers import LAYERS
from spec_lang.numbers import MOST_DIGITS
from spec_lang.program import PlainValue
from spec_lang.reading import Misfit, is_of, may_be, name_of, read
from spec_lang.rules import names as rules
from spec_lang.sections import SECTIONS
from spec_lang.source import Span
from spec_lang.suggestions import Suggestion, nearest, suggest
from spec_lang.synonyms import Role
from spec_lang.syntax import Arithmetic, Call, Invalid, Number, Option, Size, Statement, String, Value, Word

_LARGEST_KERNEL: Final = 11
"""What a third number behind `conv` can be the side of; sizes of one's own are hardly larger."""


MOST_OF_STATEMENT: Final = 100
"""Mistakes; a statement of more is not looked at to its end."""


class Binder:
    """The binding of one statement to one form; `found` says what is wrong with it."""

    def __init__(self, statement: Statement, form: Form, environment: Environment) -> None:
        self.statement = statement
        self.form = form
        self.environment = environment
        self.bound = Bound(form, {}, {})
        self.found: list[Diagnostic] = []
        self.lost: set[str] = set()
        """The parameters that a value without a place may have been meant for: none of them gets its default."""
        self.named: Value | None = None
        """The value that the name of an option, without an equals sign, stands before."""
        self.several: dict[str, list[PlainValue]] = {}
        """The values so far of the parameters that take any number of them."""
        self.astray = False
        """Whether a word was met that means nothing here: the values behind it probably belong to it."""

    def bind(self) -> None:
        for option in self.statement.options:
            if len(self.found) < MOST_OF_STATEMENT:
                self.option(option)
        for value in self.statement.values:
            if len(self.found) < MOST_OF_STATEMENT:
                self.positional(value)
        if len(self.found) >= MOST_OF_STATEMENT:
            self.lost.update(each.name for each in self.parameters)
        for name, values in self.several.items():
            if isinstance(self.bound.values[name], tuple):
                self.bound.values[name] = tuple(values)
        parameters = self.parameters
        for parameter in parameters:
            if parameter.name not in self.bound.values:
                self.default(parameter)
        self.bound = self.bound._replace(values={each.name: self.bound.values[each.name] for each in parameters})

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        if not self.form.variants:
            return self.form.parameters
        first = self.form.parameters[0]
        chosen = self.bound.values.get(first.name)
        for value in self.statement.values if chosen is None else ():
            if is_of(first.kind, value) and isinstance(value, Word):
                chosen = value.name
        if chosen is None and not isinstance(first.default, (Required, SameAs)):
            chosen = first.default
        return parameters_for(self.form, chosen)

    def option(self, option: Option) -> None:
        name = option.name.name
        parameter = next((each for each in self.parameters if each.name == name), None)
        if parameter is None:
            self.unknown_option(option)
            return
        if isinstance(option.value, Call) and self.call(option.value, [parameter], option.span):
            return
        self.put(parameter, option.value, option.span)

    def unknown_option(self, option: Option) -> None:
        name, place = option.name.name, option.name.span
        known = [each.name for each in self.parameters]
        by_keras = {each.keras: each.name for each in self.parameters}
        found = Suggestion(by_keras[name]) if name in by_keras else suggest(name, known, Role.OPTION)
        suggestion, fix = found.word, replacement(place, found.word)
        if text := self.penalty(option):
            suggestion, fix = text, replacement(option.span, text)
        if found.word:
            self.bound.values.setdefault(found.word, UNKNOWN)
        self.lose(each for each in self.parameters if may_be_meant(each, option.value))
        self.found.append(
            rules.UNKNOWN_OPTION.at(
                place,
                fix=fix,
                owner=self.form.keyword,
                name=name,
                suggestion=suggestion,
                letters=found.letters,
                advice=found.advice or (found.meaning and not found.meaning.words and found.meaning.advice) or None,
                known=", ".join(known),
            )
        )

    def penalty(self, option: Option) -> str | None:
        """A regularizer of Keras as options of this statement, which has a place for them."""
        from spec_lang.calls import penalty

        text = penalty(option.name.name, option.value)
        places = {each.name for each in self.parameters if self.is_free(each)}
        return text if text and all(each.partition("=")[0] in places for each in text.split()) else None

    def positional(self, given: Value) -> None:
        if self.named is given:
            return
        value = evaluate(given, self.environment)
        free = [each for each in self.parameters if each.positional and self.is_free(each)]
        if isinstance(value, Invalid) and value.rest:
            self.lost.update(each.name for each in self.parameters)
            return
        if isinstance(value, (Unknown, Invalid)):
            is_number = isinstance(value, Invalid) and value.span.text[:1] not in "\"'"
            self.lose(each for each in free if not (is_number and is_word(each.kind)))
            if place := next((each for each in free if isinstance(each.default, Required)), None):
                self.bound.values[place.name] = UNKNOWN
            return
        for fits in (is_of, may_be):
            place = next((each for each in free if fits(each.kind, value)), None)
            if place:
                self.put(place, given, given.span)
                return
        self.misfit(value, given.span, free)

    def misfit(self, value: Value, span: Span, free: list[Parameter]) -> None:
        """Say why a value has no place: a misspelt word, a value of the wrong kind, or one too many."""
        owner = self.form.keyword
        if self.astray:
            self.lose(free)
            return
        if isinstance(value, Arithmetic):
            self.lose(each for each in free if not is_word(each.kind))
            self.found.append(self.wrong_arithmetic(value, free))
            return
        if isinstance(value, Word) and self.is_other_setting(value):
            self.astray = True
            self.lose(free)
            accepted = f"'{value.name}' is a setting: it begins a line of its own, or follows a semicolon"
            found = name_of(value)
            self.found.append(rules.UNEXPECTED_VALUE.at(span, owner=owner, found=found, accepted=accepted))
            return
        taken = [each for each in self.parameters if each.positional and takes(each.kind, value)]
        if taken:
            option = self.option_for(value) if isinstance(value, Size) else None
            self.given_twice(taken[0], span, option, self.meant_size(span))
            # Which of them has the value that was meant for it is open, and what is missing may be this one.
            self.lose(each for each in free if isinstance(each.default, Required))
            self.bound.values.update(dict.fromkeys([each.name for each in taken], UNKNOWN))
            return
        if isinstance(value, Word) and self.unknown_word(value, span, free):
            return
        if isinstance(value, Call) and self.call(value, free):
            return
        needed = next((each for each in free if isinstance(each.default, Required)), None)
        near = needed or next((each for each in free if len(free) == 1 or not isinstance(value, Word)), None)
        if near is None:
            self.lose(free)
            accepted = ", ".join(f"{each.name}: {describe(each.kind)}" for each in free) or self.accepted()
            option = self.option_for(value)
            # Of an optimizer the first number is the learning rate, in every program.
            fix = replacement(span, option) if option and option.startswith("lr=") else None
            found = name_of(value)
            self.found.append(
                rules.UNEXPECTED_VALUE.at(span, fix=fix, owner=owner, found=found, accepted=accepted, option=option)
            )
            return
        if isinstance(near.kind, Names) and self.names_without_brackets(near, span):
            return
        self.put(near, value, span)

    def names_without_brackets(self, parameter: Parameter, first: Span) -> bool:
        """Report a list that lacks its brackets, all of it at once; False where there is but one name."""
        behind = [each for each in self.statement.values if each.span.start >= first.start]
        listed = [each.span for each in takewhile(lambda each: isinstance(each, (Word, String)), behind)]
        if len(listed) < 2:
            return False
        place = listed[0].to(listed[-1])
        written = f"[{', '.join(each.text for each in listed)}]"
        self.found.append(
            rules.WRONG_KIND.at(
                place,
                fix=replacement(place, written),
                subject=self.subject(parameter),
                wanted=describe(parameter.kind),
                found="a list without brackets",
                suggestion=cut(written),
            )
        )
        self.bound.values[parameter.name] = UNKNOWN
        self.astray = True
        return True

    def unknown_word(self, value: Word, span: Span, free: list[Parameter]) -> bool:
        """Report a word that none of the parameters knows; False where it rather stands for a missing value."""
        owner, name = self.form.keyword, value.name
        words = {
            word: text for each in self.parameters if each.positional for word, text in words_of(each.kind).items()
        }
        # A word that a parameter stands for was written elsewhere: what it was meant for is to be mended there.
        here = value.span == span
        names = [each for each in self.environment if each != name] if here else []
        roles = {
            each.role for parameter in self.parameters if parameter.positional for each in choices_of(parameter.kind)
        }
        if here and self.option_without_sign(value):
            return True
        meant = suggest(name, words, *sorted(roles))
        suggestion = meant.word or nearest(name, names)
        advice = meant.advice
        is_needed = any(isinstance(each.default, Required) for each in free)
        if not suggestion and not advice and (not words or is_needed):
            return False
        accepted = f"'{owner}' knows {'the words ' if len(words) > 1 else 'only '}{', '.join(words)}"
        if name in [each.name for each in self.parameters]:
            following = next((each.span.text for each in self.statement.values if each.span.start > span.start), "…")
            accepted = f"options are written with an equals sign: {name}={following}"
        elif name in LAYERS:
            accepted = f"'{name}' is a layer: it begins a line of its own, or follows a semicolon"
        elif not suggestion and meant.meaning and meant.meaning.role is Role.LAYER and meant.meaning.words:
            accepted = f"'{name}' is the layer {meant.meaning.words[0]}: it begins a line of its own"
        self.astray = not suggestion
        places = [each for each in free if suggestion not in words or suggestion in words_of(each.kind)]
        self.lose(each for each in places if suggestion or words_of(each.kind))
        self.found.append(
            rules.UNKNOWN_WORD.at(
                span,
                fix=replacement(span, suggestion) if here else None,
                owner=owner,
                name=name,
                suggestion=suggestion,
                letters=meant.letters,
                advice=advice,
                accepted=accepted,
            )
        )
        return True

    def option_without_sign(self, word: Word) -> bool:
        """Report the name of an option that stands like a value, as in `kernel 3x3` or `nesterov`; False for others."""
        parameter = next((each for each in self.parameters if each.name == word.name and self.is_free(each)), None)
        behind = next((each for each in self.statement.values if each.span.start >= word.span.end), None)
        if parameter is None:
            return False
        flag = isinstance(parameter.kind, Flag) and not (isinstance(behind, Word) and behind.name in FLAG_WORDS)
        text = "on" if flag else behind.span.text if behind else None
        if text is None or not (flag or (behind and takes(parameter.kind, behind))):
            return False
        place = word.span if flag or behind is None else word.span.to(behind.span)
        written = f"{word.name}={text}"
        self.found.append(
            rules.UNKNOWN_WORD.at(
                word.span,
                fix=replacement(place, written),
                owner=self.form.keyword,
                name=word.name,
                accepted=f"options are written with an equals sign: {written}",
            )
        )
        self.bound.values[parameter.name] = UNKNOWN
        self.bound.spans.setdefault(parameter.name, place)
        self.named = None if flag else behind
        return True

    def call(self, value: Call, free: list[Parameter], place: Span | None = None) -> bool:
        """Report a call where words are wanted, with what it says in words; False for a call of something else.

        `place` is the whole option that the call is the value of, where it is that.
        """
        from spec_lang.calls import options_of

        for parameter in free:
            for choice in choices_of(parameter.kind):
                word = suggest(value.name.name, choice.words, choice.role).word
                if not word:
                    continue
                mine = self.form.variants.get(word, ()) if parameter == self.form.parameters[0] else ()
                options = options_of(value, mine)
                text = f"{word} {options}".strip() if options is not None else None
                fix = replacement(value.span, text)
                if text is None and choice.role is Role.ACTIVATION and self.statement.block is None:
                    options = options_of(value, LAYERS["activation"].variants.get(word, ()))
                    text = f"activation {word} {options}" if options is not None else None
                    fix = self.as_statement_behind(place or value.span, text)
                self.found.append(
                    rules.WRONG_KIND.at(
                        value.span,
                        fix=fix,
                        subject=self.subject(parameter),
                        wanted=describe(parameter.kind),
                        found=name_of(value),
                        suggestion=text,
                        example=self.form.example,
                    )
                )
                self.bound.values[parameter.name] = UNKNOWN
                self.bound.spans.setdefault(parameter.name, place or value.span)
                return True
        return False

    def as_statement_behind(self, span: Span, text: str | None) -> Fix | None:
        """The fix that takes a value out of the statement, and writes a statement of its own behind it."""
        if text is None:
            return None
        start, end = span.start, self.statement.span.end
        while span.source.text[start - 1 : start] in (" ", "\t"):
            start -= 1
        if end == span.end:
            return Fix(f"write '{text}' behind it", (Edit(Span(span.source, start, end), f"; {text}"),))
        taken = Edit(Span(span.source, start, span.end), "")
        return Fix(f"write '{text}' behind it", (taken, Edit(Span(span.source, end, end), f"; {text}")))

    def subject(self, parameter: Parameter) -> str:
        """What a parameter is called in a message: by its owner alone, where that takes no other value."""
        positional = [each for each in self.form.parameters if each.positional]
        owner = f"'{self.form.keyword}'"
        return owner if positional == [parameter] else f"{parameter.name} of {owner}"

    def is_other_setting(self, word: Word) -> bool:
        """Whether a word is the keyword of another setting of the same section."""
        sections = [each for each in SECTIONS.values() if any(self.form is setting for setting in each.settings)]
        return any(word.name in each.by_keyword and word.name != self.form.keyword for each in sections)

    def meant_size(self, span: Span) -> str | None:
        """The size that a number and the one before it were probably meant as, which was taken for a square."""
        before = next((each for each in reversed(self.statement.values) if each.span.start < span.start), None)
        squares = [self.bound.spans.get(each.name) for each in self.parameters if isinstance(each.kind, Pair)]
        if not isinstance(before, Number) or before.span not in squares or not span.text.isdecimal():
            return None
        return f"{before.span.text}x{span.text}"

    def given_twice(self, parameter: Parameter, span: Span, option: str | None = None, size: str | None = None) -> None:
        first, second = sorted((self.bound.spans.get(parameter.name, span), span), key=lambda place: place.start)
        related = [Label(first, "given here")] if first != second else []
        order = self.in_order_of_pytorch()
        before = next((each for each in reversed(self.statement.values) if each.span.end <= second.start), None)
        square = size and before and before.span.text == second.text
        fix = replacement(before.span.to(second), size) if before and square else None
        self.found.append(
            rules.GIVEN_TWICE.at(
                second,
                related=related,
                fix=replacement(self.statement.values[0].span.to(second), order) or fix,
                subject=self.subject(parameter),
                option=option,
                size=None if order else size,
                order=order and f"{self.form.keyword} {order}",
            )
        )
        self.bound.values[parameter.name] = UNKNOWN

    def in_order_of_pytorch(self) -> str | None:
        """Filters and kernel, where a convolution begins with the channels that come in, as `conv 1 32 3`."""
        match [each.name for each in self.parameters[:2]], self.statement.values[:3]:
            case (
                ["filters", "kernel"],
                [Number(value=int(), unit=""), Number(value=int(filters), unit=""), Number(value=int(kernel), unit="")],
            ) if kernel < filters and kernel <= _LARGEST_KERNEL:
                return f"{filters} {kernel}x{kernel}"
        return None

    def option_for(self, value: Value) -> str | None:
        """How to write a value as an option, where one would take it."""
        options = [each for each in self.parameters if not each.positional and self.is_free(each)]
        option = next((each for each in options if takes(each.kind, value)), None)
        return f"{option.name}={value.span.text}" if option else None

    def wrong_arithmetic(self, value: Arithmetic, free: list[Parameter]) -> Diagnostic:
        near = free[0] if free else self.parameters[0] if self.parameters else None
        if near is None:
            return rules.UNEXPECTED_VALUE.at(value.span, owner=self.form.keyword, found="a calculation")
        return rules.WRONG_KIND.at(
            value.span,
            subject=self.subject(near),
            wanted=describe(near.kind),
            found=f"a calculation: {self.why_not(value)}",
            example=self.form.example,
        )

    def why_not(self, value: Arithmetic) -> str:
        for side in (value.left, value.right):
            match evaluate(side, self.environment):
                case Unknown() | Number(value=int(), unit=""):
                    continue
                case stranger:
                    return f"it works on whole numbers, not on {name_of(stranger)}"
        divided = "/" in value.span.text
        return f"it does not come out as a whole number{'' if divided else f' of at most {MOST_DIGITS} digits'}"

    def accepted(self) -> str:
        positional = [each.name for each in self.parameters if each.positional]
        return f"'{self.form.keyword}' takes {', '.join(positional)}, and each is given" if positional else ""

    def put(self, parameter: Parameter, given: Value, span: Span) -> None:
        value = evaluate(given, self.environment)
        if not self.is_free(parameter):
            self.given_twice(parameter, span)
            return
        plain = UNKNOWN if isinstance(value, (Unknown, Invalid)) else read(parameter.kind, value)
        if isinstance(plain, Misfit) and parameter.many and (listed := listed_words(parameter.kind, given)):
            plain = plain._replace(fields={**plain.fields, "suggestion": listed})
        if isinstance(parameter.kind, Pair) and (size := meant_as_size(given)):
            found = f"the product {given.span.text}"
            plain = Misfit(rules.WRONG_KIND, {"wanted": describe(parameter.kind), "found": found, "suggestion": size})
        if isinstance(plain, Misfit):
            suggestion = plain.fields.get("suggestion")
            suggestion = suggestion if isinstance(suggestion, str) else None
            self.found.append(
                plain.rule.fill(
                    given.span,
                    {
                        "owner": self.form.keyword,
                        "subject": self.subject(parameter),
                        "example": self.form.example,
                        "accepted": f"{parameter.name} is {describe(parameter.kind)}",
                        **plain.fields,
                    },
                    fix=replacement(given.span, suggestion)
                    if value is given or isinstance(given, Arithmetic)
                    else None,
                )
            )
            plain = UNKNOWN
        self.bound.spans.setdefault(parameter.name, span)
        if parameter.many and not isinstance(plain, Unknown):
            self.several.setdefault(parameter.name, []).append(plain)
            plain = self.bound.values.get(parameter.name, ())
        self.bound.values[parameter.name] = plain

    def lose(self, parameters: Iterable[Parameter]) -> None:
        """Note which parameters a value without a place may have been meant for."""
        self.lost.update(each.name for each in parameters if each.positional)

    def is_free(self, parameter: Parameter) -> bool:
        return parameter.many or parameter.name not in self.bound.values

    def default(self, parameter: Parameter) -> None:
        if parameter.name in self.lost:
            self.bound.values[parameter.name] = UNKNOWN
            return
        match parameter.default:
            case Required():
                self.found.append(
                    rules.MISSING_VALUE.at(
                        self.statement.head,
                        owner=self.form.keyword,
                        parameter=parameter.name,
                        wanted=describe(parameter.kind),
                        example=self.form.example,
                    )
                )
                self.bound.values[parameter.name] = UNKNOWN
            case SameAs(other):
                self.bound.values[parameter.name] = self.bound.values[other]
            case plain:
                self.bound.values[parameter.name] = plain
