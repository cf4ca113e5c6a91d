//! BPMN as tokens on arrows: what a drawing means, played without any of the importer's reading of it. Two tokens on one
//! arrow are two; a task is visible when it is done.

use std::collections::BTreeSet;

use quytrinh::importing::bpmn::model::{Kind, Model, Trigger};

/// Where a token is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Token {
    On(usize),
    In(usize),
    /// A sub-process that is going on.
    Going(usize),
}

/// Tokens in order.
pub type State = Vec<Token>;

pub struct Game<'a> {
    pub model: &'a Model,
}

impl Game<'_> {
    fn index(&self, id: &str) -> Option<usize> {
        self.model.shapes.iter().position(|shape| shape.id == id)
    }

    fn out(&self, shape: usize) -> Vec<Token> {
        let id = &self.model.shapes[shape].id;
        (0..self.model.arrows.len()).filter(|n| self.model.arrows[*n].from == *id).map(Token::On).collect()
    }

    fn into(&self, shape: usize) -> Vec<Token> {
        let id = &self.model.shapes[shape].id;
        (0..self.model.arrows.len()).filter(|n| self.model.arrows[*n].to == *id).map(Token::On).collect()
    }

    fn starts(&self, scope: usize) -> Vec<usize> {
        (0..self.model.shapes.len())
            .filter(|n| self.model.shapes[*n].scope == scope && self.model.shapes[*n].kind == Kind::Start)
            .collect()
    }

    fn scope_of(&self, sub: usize) -> usize {
        self.model.scopes.iter().position(|scope| scope.of.is_some_and(|(shape, _)| shape == sub)).unwrap()
    }

    /// Every way to begin: one of the starts of the process.
    pub fn begin(&self) -> BTreeSet<State> {
        self.starts(0).into_iter().map(|start| sorted(self.out(start))).collect()
    }

    fn scope_of_token(&self, token: &Token) -> usize {
        match token {
            Token::On(arrow) => self.model.shapes[self.index(&self.model.arrows[*arrow].from).unwrap()].scope,
            Token::In(shape) | Token::Going(shape) => self.model.shapes[*shape].scope,
        }
    }

    fn is_inside(&self, token: &Token, sub: usize) -> bool {
        let wanted = self.scope_of(sub);
        let around = |scope: &usize| self.model.scopes[*scope].of.map(|(_, outer)| outer);
        std::iter::successors(Some(self.scope_of_token(token)), around).any(|scope| scope == wanted)
    }

    /// Everything that can happen next: what is seen of it, and the state after.
    pub fn next(&self, state: &State) -> Vec<(Option<String>, State)> {
        let mut found = Vec::new();
        for (at, token) in state.iter().enumerate() {
            let mut rest = state.clone();
            rest.remove(at);
            match token {
                Token::On(arrow) => {
                    let shape = self.index(&self.model.arrows[*arrow].to).unwrap();
                    found.extend(self.arrive(shape, rest, state));
                }
                Token::In(shape) => self.inside(*shape, &rest, &mut found),
                Token::Going(sub) => {
                    if !rest.iter().any(|token| self.is_inside(token, *sub)) {
                        found.push((None, with(&rest, self.out(*sub))));
                    }
                    // Passing through gateways and ends takes no time: what interrupts, interrupts work.
                    let works = |token: &Token| matches!(token, Token::In(_)) && self.is_inside(token, *sub);
                    for border in self.borders(*sub).into_iter().filter(|_| rest.iter().any(works)) {
                        let kept: State = rest.iter().filter(|token| !self.is_inside(token, *sub)).cloned().collect();
                        found.push((None, with(&kept, self.out(border))));
                    }
                }
            }
        }
        found
    }

    fn borders(&self, host: usize) -> Vec<usize> {
        let id = &self.model.shapes[host].id;
        let on = |n: &usize| {
            let shape = &self.model.shapes[*n];
            shape.kind == Kind::Boundary && shape.on == *id && shape.interrupts
        };
        (0..self.model.shapes.len()).filter(on).collect()
    }

    fn arrive(&self, n: usize, rest: State, whole: &State) -> Vec<(Option<String>, State)> {
        let shape = &self.model.shapes[n];
        match shape.kind {
            Kind::Exclusive => self.out(n).into_iter().map(|out| (None, with(&rest, vec![out]))).collect(),
            Kind::Parallel => {
                let mut left = whole.clone();
                for wanted in self.into(n) {
                    match left.iter().position(|token| *token == wanted) {
                        Some(at) => drop(left.remove(at)),
                        None => return Vec::new(),
                    }
                }
                vec![(None, with(&left, self.out(n)))]
            }
            Kind::End if shape.trigger == Trigger::Terminate => {
                let scope = shape.scope;
                vec![(None, rest.into_iter().filter(|token| self.scope_of_token(token) != scope).collect())]
            }
            Kind::End => vec![(None, rest)],
            Kind::Throw => match &shape.trigger {
                Trigger::Link(link) => {
                    let caught = |n: &usize| {
                        let other = &self.model.shapes[*n];
                        other.kind == Kind::Catch && other.trigger == Trigger::Link(link.clone())
                    };
                    let caught = (0..self.model.shapes.len()).find(caught).unwrap();
                    vec![(None, with(&rest, self.out(caught)))]
                }
                _ => vec![(None, with(&rest, self.out(n)))],
            },
            Kind::Sub => {
                let starts = self.starts(self.scope_of(n));
                let begun = |start: &usize| {
                    let mut tokens = self.out(*start);
                    tokens.push(Token::Going(n));
                    (None, with(&rest, tokens))
                };
                starts.iter().map(begun).collect()
            }
            _ => vec![(None, with(&rest, vec![Token::In(n)]))],
        }
    }

    fn inside(&self, n: usize, rest: &State, found: &mut Vec<(Option<String>, State)>) {
        let shape = &self.model.shapes[n];
        match shape.kind {
            Kind::EventBased => {
                for out in self.out(n) {
                    let Token::On(arrow) = out else { continue };
                    let event = self.index(&self.model.arrows[arrow].to).unwrap();
                    let seen =
                        (self.model.shapes[event].kind == Kind::Receive).then(|| self.model.shapes[event].name.clone());
                    found.push((seen, with(rest, self.out(event))));
                }
            }
            Kind::Catch => found.push((None, with(rest, self.out(n)))),
            _ => found.push((Some(shape.name.clone()), with(rest, self.out(n)))),
        }
        for border in self.borders(n) {
            found.push((None, with(rest, self.out(border))));
        }
    }
}

fn with(state: &State, more: Vec<Token>) -> State {
    sorted(state.iter().cloned().chain(more).collect())
}

fn sorted(mut state: State) -> State {
    state.sort();
    state
}
