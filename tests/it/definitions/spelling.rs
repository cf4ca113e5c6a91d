//! Vietnamese syllables: what the library writes is right, what a slip of the hand makes of it is not.

use quytrinh::definition::syllable::{Spelling, spelling};

#[test]
fn real_syllables_are_right_and_both_ways_of_marking_open_glides() {
    let words = "quyết quốc quý giờ giấy giếng gìn gì nghĩa nghiêng nguyên ngoài khuỷu khuya rượu được người gửi thuở huơ \
        xoong yêu yếu yểm ý ỷ uỷ ủy hoà hòa khoẻ khỏe thủy thuỷ hoặc oắt đoạt ngoẹo kỹ lý mỹ giã giũa quơ quạt quỳnh quýt \
        quẩn kiểm ghế nghề ngô cỏ kẻ tuýp bâng khuâng luật xuất tuần thuế huệch chuyển suýt huỳnh đẩy sưu bưu giặc giết";
    for word in words.split_whitespace() {
        assert_eq!(spelling(word), Spelling::Right, "{word}");
    }
}

#[test]
fn slips_are_found_and_told_apart() {
    let misplaced = [
        ("kíên", "kiến"),
        ("qủa", "quả"),
        ("qúy", "quý"),
        ("gía", "giá"),
        ("tòan", "toàn"),
        ("họăc", "hoặc"),
        ("đựơc", "được"),
        ("thúê", "thuế"),
        ("ngừơi", "người"),
        ("nguỷên", "nguyển"),
        ("taì", "tài"),
    ];
    for (wrong, right) in misplaced {
        assert_eq!(spelling(wrong), Spelling::Misplaced(right.to_owned()), "{wrong}");
    }
    assert_eq!(spelling("tiêp"), Spelling::NoTone(["tiếp".to_owned(), "tiệp".to_owned()]));
    for wrong in ["phéep", "ngiệp", "nghành", "kếch1", "cễ", "ghạch", "tiềp", "hố́", "qúôc2", "xyế", "iế", "tyế", "đd"]
    {
        assert_eq!(spelling(wrong), Spelling::Impossible, "{wrong}");
    }
}

/// A mended word is right, and whatever the text nothing panics.
#[test]
fn what_is_mended_is_right() {
    let letters: Vec<char> = "abcdeghiklmnoăâđêôơưáàảãạếềểễệốớứýỳíìúùqy".chars().collect();
    let mut seed = 11u64;
    for _ in 0..200_000 {
        let mut word = String::new();
        for _ in 0..6 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (seed >> 33) as usize;
            if at % 5 == 0 {
                break;
            }
            word.push(letters[at / 5 % letters.len()]);
        }
        match spelling(&word) {
            Spelling::Misplaced(right) => assert_eq!(spelling(&right), Spelling::Right, "{word}"),
            Spelling::NoTone(either) => {
                either.iter().for_each(|one| assert_eq!(spelling(one), Spelling::Right, "{word}"));
            }
            Spelling::Right | Spelling::Impossible => {}
        }
    }
}

/// What approved procedures and our own samples write has no word that cannot be.
#[test]
fn the_library_is_spelt_right() {
    use quytrinh::definition::{load, source::Source};
    for (name, text) in super::library() {
        let source = Source::new(&name, text);
        let (Ok((_, found)) | Err(found)) = load(&source);
        let told: Vec<_> = found.iter().filter(|told| told.code == "L07").map(|told| &told.message.vi).collect();
        assert!(told.is_empty(), "{name}: {told:?}");
    }
}
