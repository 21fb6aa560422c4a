"""One name in each script that names come in. None of them is anybody's: most say "sample" in their language."""

from __future__ import annotations

from sync.writing import Script

NAMES = {
    Script.LATIN: "Ada Sample",
    Script.ARABIC: "ليان وادي النسيم",
    Script.HEBREW: "נועה ברושים",
    Script.DEVANAGARI: "किरण नमूना",
    Script.THAI: "น้ำผึ้ง ตัวอย่าง",
    Script.EAST_ASIAN: "林小溪",
    Script.EMOJI: "🌿",
    Script.ARMENIAN: "Արամ Նմուշյան",
    Script.GEORGIAN: "ნინო ნიმუშაძე",
    Script.ETHIOPIC: "አበበ ናሙና",
    Script.BENGALI: "কিশোরী নমুনা",
    Script.GURMUKHI: "ਹਰਪ੍ਰੀਤ ਨਮੂਨਾ",
    Script.GUJARATI: "શ્રુતિ નમૂનાવાલા",
    Script.ORIYA: "ସ୍ମିତା ନମୁନା",
    Script.TAMIL: "கொடி மாதிரி",
    Script.TELUGU: "శ్రీజ నమూనా",
    Script.KANNADA: "ಶ್ರುತಿ ನಮೂನೆ",
    Script.MALAYALAM: "ശ്രീജ മാതൃക",
    Script.SINHALA: "ක්‍රිශාන්ති ආදර්ශ",
    Script.LAO: "ນ້ຳຝົນ ຕົວຢ່າງ",
    Script.MYANMAR: "ကြည်ဖြူ နမူနာ",
    Script.KHMER: "ស្រីមុំ គំរូ",
}

BEFORE_ITS_LETTER = {
    Script.DEVANAGARI: "कि",
    Script.BENGALI: "কি",
    Script.GURMUKHI: "ਕਿ",
    Script.GUJARATI: "કિ",
    Script.ORIYA: "ମେ",
    Script.TAMIL: "கெ",
    Script.MALAYALAM: "കെ",
    Script.SINHALA: "කෙ",
    Script.MYANMAR: "ကေ",
    Script.KHMER: "កេ",
}
"""A letter and the vowel that is written behind it and drawn before it."""
