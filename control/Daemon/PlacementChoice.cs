using System.Globalization;
using IpsecDp.Engines.Pinning;

namespace IpsecDp.Daemon;

/// <summary>What an operator says about processors: the program's choice, the scheduler's, or two numbers.</summary>
public sealed record PlacementChoice
{
    private readonly bool _isFree;
    private readonly (int Outbound, int Inbound)? _pair;

    private PlacementChoice(bool isFree, (int Outbound, int Inbound)? pair) => (_isFree, _pair) = (isFree, pair);

    /// <summary>As the machine allows.</summary>
    public static PlacementChoice Automatic { get; } = new(false, null);

    /// <summary>Threads go where the scheduler puts them.</summary>
    public static PlacementChoice Free { get; } = new(true, null);

    /// <inheritdoc/>
    public override string ToString() => _pair is var (outbound, inbound) ? string.Create(CultureInfo.InvariantCulture, $"{outbound},{inbound}") : _isFree ? "free" : "auto";

    /// <summary>Reads <c>auto</c>, <c>free</c> or <c>A,B</c>, the processors of the outbound and the inbound general thread.</summary>
    public static bool TryParse(string text, out PlacementChoice? choice)
    {
        ArgumentNullException.ThrowIfNull(text);
        choice = text switch { "auto" => Automatic, "free" => Free, _ => null };
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        if (choice is null && comma > 0 && TryReadNumber(text.AsSpan(0, comma), out var outbound) && TryReadNumber(text.AsSpan(comma + 1), out var inbound))
        {
            choice = new PlacementChoice(false, (outbound, inbound));
        }

        return choice is not null;
    }

    /// <summary>The placement on this machine; throws <see cref="DaemonException"/> for processors the process may not use, and for two numbers where more than two threads read ports.</summary>
    public ThreadPlacement Resolve(IReadOnlyList<int> allowed, int generalThreads, int engines)
    {
        if (_isFree)
        {
            return ThreadPlacement.Free;
        }

        if (_pair is not var (outbound, inbound))
        {
            return ThreadPlacement.Automatic(allowed, generalThreads, engines) with { Gathers = generalThreads == 2 ? allowed : [] };
        }

        if (!allowed.Contains(outbound) || !allowed.Contains(inbound))
        {
            throw new DaemonException(string.Create(CultureInfo.InvariantCulture, $"--placement {outbound},{inbound} names a processor this process may not use: choose from {string.Join(", ", allowed)}"));
        }

        return generalThreads == 2
            ? ThreadPlacement.Apart(outbound, inbound, allowed) with { Gathers = [outbound, inbound] }
            : throw new DaemonException("--placement A,B places one outbound and one inbound thread: take it with --queues 1, or --placement free");
    }

    private static bool TryReadNumber(ReadOnlySpan<char> text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
