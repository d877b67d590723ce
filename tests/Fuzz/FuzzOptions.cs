using System.Globalization;

namespace IpsecDp.Fuzz;

/// <summary>The command line: <c>IpsecDp.Fuzz [--target NAME] [--inputs N] [--seed S] [--corpus DIR] [--replay FILE] [--write-corpus DIR]</c>.</summary>
public sealed record FuzzOptions
{
    /// <summary>Only this target; every target without it.</summary>
    public string? Target { get; init; }

    /// <summary>Mutated inputs per target.</summary>
    public long Inputs { get; init; } = 1_000_000;

    /// <summary>Number the mutations follow from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Where the seeds are.</summary>
    public string CorpusFolder { get; init; } = Corpus.DefaultFolder;

    /// <summary>Run this one file and nothing else.</summary>
    public string? Replay { get; init; }

    /// <summary>Write the seeds here and run nothing.</summary>
    public string? WriteCorpus { get; init; }

    /// <summary>Reads the arguments; false with the reason when they make no sense.</summary>
    public static bool TryParse(IReadOnlyList<string> arguments, out FuzzOptions options, out string reason)
    {
        options = new FuzzOptions();
        reason = "";
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (i + 1 == arguments.Count || !TrySet(ref options, arguments[i], arguments[i + 1]))
            {
                reason = $"cannot use {string.Join(' ', arguments.Skip(i).Take(2))}";
                return false;
            }
        }

        return true;
    }

    private static bool TrySet(ref FuzzOptions options, string name, string value)
    {
        switch (name)
        {
            case "--target":
                options = options with { Target = value };
                return true;

            case "--inputs" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var inputs):
                options = options with { Inputs = inputs };
                return true;

            case "--seed" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed):
                options = options with { Seed = seed };
                return true;

            case "--corpus":
                options = options with { CorpusFolder = value };
                return true;

            case "--replay":
                options = options with { Replay = value };
                return true;

            case "--write-corpus":
                options = options with { WriteCorpus = value };
                return true;

            default:
                return false;
        }
    }
}
