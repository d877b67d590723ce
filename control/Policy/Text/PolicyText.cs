using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Unicode;
using IpsecDp.Policy.Validation;

namespace IpsecDp.Policy.Text;

/// <summary>The decoded characters of one policy file, kept in one buffer that is zeroed at the end because keys stand in it.</summary>
internal sealed class PolicyText : IDisposable
{
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    private readonly string _file;
    private readonly char[] _characters;
    private readonly List<TextLine> _lines = [];
    private int _used;

    private PolicyText(string file, int capacity)
    {
        _file = file;
        // Pinned, so that no copy of a key stays behind where the collector had it before.
        _characters = GC.AllocateUninitializedArray<char>(capacity, pinned: true);
    }

    /// <summary>Lines that decoded, in order; a line with a fault is reported and left out.</summary>
    public IReadOnlyList<TextLine> Lines => _lines;

    /// <summary>The last line that decoded.</summary>
    public SourcePosition EndPosition => _lines.Count == 0 ? new(_file, 0, 0) : new(_file, _lines[^1].Number, 1);

    /// <summary>Decodes UTF-8; every line that is too long, not UTF-8 or holds control characters becomes an error.</summary>
    public static PolicyText Decode(ReadOnlySpan<byte> utf8, string file, Findings findings)
    {
        if (utf8.StartsWith(ByteOrderMark))
        {
            utf8 = utf8[ByteOrderMark.Length..];
        }

        if (utf8.Length > TextLimits.Octets)
        {
            findings.Error(new(file, 0, 0), ConfigRule.TooLarge, $"the policy has {utf8.Length} octets; at most {TextLimits.Octets} are read");
            return new PolicyText(file, 0);
        }

        // UTF-8 never decodes into more characters than it has octets.
        var text = new PolicyText(file, utf8.Length);
        text.DecodeLines(utf8, findings);
        return text;
    }

    /// <summary>Fills the list with the words of a line up to a comment.</summary>
    public void Split(TextLine line, List<Word> words)
    {
        words.Clear();
        var span = _characters.AsSpan(line.Start, line.Length);
        var comment = span.IndexOf('#');
        var end = comment < 0 ? span.Length : comment;
        var at = 0;
        while (at < end && words.Count < TextLimits.LineWords)
        {
            if (IsBlank(span[at]))
            {
                at++;
                continue;
            }

            var start = at;
            while (at < end && !IsBlank(span[at]))
            {
                at++;
            }

            words.Add(new Word(_characters.AsMemory(line.Start + start, at - start), new(_file, line.Number, start + 1)));
        }
    }

    /// <summary>Zeroes the characters.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_characters.AsSpan()));

    private static bool IsBlank(char character) => character is ' ' or '\t';

    private void DecodeLines(ReadOnlySpan<byte> utf8, Findings findings)
    {
        for (var number = 1; !utf8.IsEmpty && !findings.IsHopeless; number++)
        {
            if (number > TextLimits.Lines)
            {
                findings.Error(new(_file, number, 1), ConfigRule.TooLarge, $"the policy has more than {TextLimits.Lines} lines");
                return;
            }

            var end = utf8.IndexOf((byte)'\n');
            var line = end < 0 ? utf8 : utf8[..end];
            utf8 = end < 0 ? [] : utf8[(end + 1)..];
            DecodeLine(line.EndsWith("\r"u8) ? line[..^1] : line, number, findings);
        }
    }

    private void DecodeLine(ReadOnlySpan<byte> octets, int number, Findings findings)
    {
        if (octets.Length > TextLimits.LineOctets)
        {
            findings.Error(new(_file, number, 1), ConfigRule.TooLarge, $"the line has {octets.Length} octets; at most {TextLimits.LineOctets} are read");
            return;
        }

        var free = _characters.AsSpan(_used);
        var status = Utf8.ToUtf16(octets, free, out _, out var written, replaceInvalidSequences: false);
        if (status != OperationStatus.Done)
        {
            free[..written].Clear();
            findings.Error(new(_file, number, written + 1), ConfigRule.Encoding, "the octets here are not UTF-8");
            return;
        }

        var control = ControlCharacterIn(free[..written]);
        if (control >= 0)
        {
            findings.Error(new(_file, number, control + 1), ConfigRule.Encoding, $"control character U+{(int)free[control]:X4} does not belong in a policy");
            free[..written].Clear();
            return;
        }

        _lines.Add(new TextLine(number, _used, written));
        _used += written;
    }

    private static int ControlCharacterIn(ReadOnlySpan<char> line)
    {
        for (var i = 0; i < line.Length; i++)
        {
            if (char.IsControl(line[i]) && line[i] != '\t')
            {
                return i;
            }
        }

        return -1;
    }
}
