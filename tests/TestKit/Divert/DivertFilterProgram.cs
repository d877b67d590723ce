using System.Numerics;

namespace IpsecDp.TestKit.Divert;

/// <summary>WinDivert's filter language once more, for tests: compiled from text and asked packet by packet, written from observations of the real DLL and held against them.</summary>
public sealed class DivertFilterProgram
{
    /// <summary>The layer of packets to and from the host.</summary>
    public const int NetworkLayer = 0;

    private const int MostTests = 256;
    private const int MostWords = 1278;
    private const int DeepestParentheses = 341;

    private readonly List<string> _words;
    private readonly int _layer;
    private int _at;
    private int _depth;
    private Func<FilterSubject, bool> _matches = _ => false;

    private DivertFilterProgram(List<string> words, int layer) => (_words, _layer) = (words, layer);

    /// <summary>Tests in the filter.</summary>
    public int Tests { get; private set; }

    /// <summary>Words in the filter.</summary>
    public int Words => _words.Count;

    /// <summary>Compiles; false for what WinDivert refuses.</summary>
    public static bool TryCompile(string text, int layer, out DivertFilterProgram program)
    {
        program = new DivertFilterProgram([], layer);
        if (!FilterWords.TryCut(text, out var words))
        {
            return false;
        }

        program = new DivertFilterProgram(words, layer);
        if (program.ReadAlternatives() is not { } matches || program._at != words.Count || program.Tests > MostTests || words.Count > MostWords)
        {
            return false;
        }

        program._matches = matches;
        return true;
    }

    /// <summary>Whether a packet matches; null where WinDivert finds no packet, or one of the other version than its address says.</summary>
    public bool? Matches(byte[] packet, DivertAddressImage address)
    {
        if (DivertPacketHeaders.Read(packet) is not { } headers || headers.Ipv6 >= 0 != address.Has(DivertAddressImage.V6))
        {
            return null;
        }

        return _matches(new FilterSubject(packet, address.Octets, headers));
    }

    private Func<FilterSubject, bool>? ReadAlternatives() => ReadJoined(ReadConjunction, (left, right) => subject => left(subject) || right(subject), "or", "||");

    private Func<FilterSubject, bool>? ReadConjunction() => ReadJoined(ReadFactor, (left, right) => subject => left(subject) && right(subject), "and", "&&");

    private Func<FilterSubject, bool>? ReadJoined(Func<Func<FilterSubject, bool>?> read, Func<Func<FilterSubject, bool>, Func<FilterSubject, bool>, Func<FilterSubject, bool>> join, params string[] signs)
    {
        var all = read();
        while (all is not null && _at < _words.Count && signs.Contains(_words[_at]))
        {
            _at++;
            all = read() is { } next ? join(all, next) : null;
        }

        return all;
    }

    private Func<FilterSubject, bool>? ReadFactor()
    {
        if (TryTake("("))
        {
            return ReadParentheses();
        }

        var isNegated = false;
        while (TryTake("not") || TryTake("!"))
        {
            isNegated = !isNegated;
        }

        return ReadTest(isNegated);
    }

    private Func<FilterSubject, bool>? ReadParentheses()
    {
        if (++_depth > DeepestParentheses)
        {
            return null;
        }

        var first = ReadAlternatives();
        _depth--;
        if (first is null || TryTake(")"))
        {
            return first;
        }

        if (!TryTake("?") || ReadAlternatives() is not { } yes || !TryTake(":") || ReadAlternatives() is not { } no || !TryTake(")"))
        {
            return null;
        }

        return subject => first(subject) ? yes(subject) : no(subject);
    }

    private Func<FilterSubject, bool>? ReadTest(bool isNegated)
    {
        if (_at >= _words.Count || !TryReadField(_words[_at++], out var field))
        {
            return null;
        }

        Tests++;
        var (comparison, value) = ("!=", BigInteger.Zero);
        if (_at < _words.Count && _words[_at] is "==" or "=" or "!=" or "<" or ">" or "<=" or ">=")
        {
            comparison = _words[_at++];
            var isNegative = TryTake("-");
            if (_at >= _words.Count || !FilterWords.TryReadValue(_words[_at++], out value))
            {
                return null;
            }

            value = isNegative ? -value : value;
        }

        comparison = isNegated ? Opposite(comparison) : comparison;
        return Test(field, comparison, value);
    }

    // A constant that a field can never have makes the test one for the header: "always" becomes its presence, "never" its absence.
    private static Func<FilterSubject, bool> Test(FilterField field, string comparison, BigInteger value)
    {
        bool Compare(BigInteger actual) => comparison switch
        {
            "==" or "=" => actual == value,
            "!=" => actual != value,
            "<" => actual < value,
            "<=" => actual <= value,
            ">" => actual > value,
            _ => actual >= value,
        };

        var (least, largest) = (Compare(field.Least), Compare(field.Largest));
        var isOutside = value < field.Least || value > field.Largest;
        var isTrivial = isOutside || (value == field.Least && comparison is "<" or ">=" && value == field.Least) || (value == field.Largest && comparison is ">" or "<=");
        if (isTrivial && least == largest)
        {
            return field.Header.Length == 0 ? subject => least : subject => subject.At(field.Header) >= 0 == least;
        }

        return subject => field.Read(subject) is { } actual && Compare(actual);
    }

    private bool TryReadField(string name, out FilterField field)
    {
        var (array, size) = name switch
        {
            "packet" => (name, 1),
            "packet16" => (name, 2),
            "packet32" => (name, 4),
            "tcp.Payload" or "udp.Payload" => (name, 1),
            "tcp.Payload16" or "udp.Payload16" => (name, 2),
            "tcp.Payload32" or "udp.Payload32" => (name, 4),
            _ => ("", 0),
        };
        if (size > 0)
        {
            return TryReadIndex(array, size, out field);
        }

        field = FilterField.Network.GetValueOrDefault(name)!;
        return field is not null && (_layer == NetworkLayer || !FilterField.NetworkOnly.Contains(name));
    }

    private bool TryReadIndex(string array, int size, out FilterField field)
    {
        field = null!;
        if (!TryTake("["))
        {
            return false;
        }

        var isNegative = TryTake("-");
        if (_at >= _words.Count)
        {
            return false;
        }

        var word = _words[_at++];
        var isOctets = word.EndsWith('b') || TryTake("b");
        if (!int.TryParse(word.TrimEnd('b'), out var index) || !TryTake("]"))
        {
            return false;
        }

        var offset = (isNegative ? -index : index) * (isOctets ? 1 : size);
        field = FilterField.Element(array, offset, size);
        return offset >= 0 ? offset + size <= 65535 : -offset <= 65535 && -offset >= size;
    }

    private bool TryTake(string word)
    {
        if (_at < _words.Count && _words[_at] == word)
        {
            _at++;
            return true;
        }

        return false;
    }

    private static string Opposite(string comparison) => comparison switch
    {
        "==" or "=" => "!=",
        "!=" => "==",
        "<" => ">=",
        ">=" => "<",
        ">" => "<=",
        _ => ">",
    };
}
