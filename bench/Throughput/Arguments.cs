using System.Globalization;

namespace IpsecDp.Throughput;

/// <summary>What follows a verb: <c>--name value</c> or a bare <c>--name</c>; what is not known is refused with an <see cref="ArgumentException"/>.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];

    /// <summary>Reads the words behind the verb; <paramref name="flags"/> take no value, <paramref name="options"/> one.</summary>
    public Arguments(ReadOnlySpan<string> words, IReadOnlyList<string> options, IReadOnlyList<string> flags)
    {
        for (var at = 0; at < words.Length; at++)
        {
            if (flags.Contains(words[at]))
            {
                _values[words[at]] = "";
            }
            else if (options.Contains(words[at]) && at + 1 < words.Length)
            {
                _values[words[at]] = words[++at];
            }
            else
            {
                throw new ArgumentException($"'{words[at]}' is not one of {string.Join(", ", options.Select(option => option + " VALUE").Concat(flags))}");
            }
        }
    }

    /// <summary>Whether the flag or option was given.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The comma-separated words of an option.</summary>
    public IReadOnlyList<string> Words(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise).Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The comma-separated numbers of an option, each at least <paramref name="least"/>.</summary>
    public IReadOnlyList<int> Numbers(string name, string otherwise, int least) => [.. Words(name, otherwise).Select(word => (int)Read(name, word, least))];

    /// <summary>The one number of an option, at least <paramref name="least"/>.</summary>
    public double Number(string name, double otherwise, double least) => _values.TryGetValue(name, out var word) ? Read(name, word, least) : otherwise;

    /// <summary>One number of an option, at least <paramref name="least"/>.</summary>
    public static double Read(string name, string word, double least) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number < int.MaxValue
            ? number
            : throw new ArgumentException($"{name} wants a number from {least.ToString(CultureInfo.InvariantCulture)} on, not '{word}'");
}
