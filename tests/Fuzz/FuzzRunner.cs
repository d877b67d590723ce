using System.Diagnostics;

namespace IpsecDp.Fuzz;

/// <summary>Runs a target over its seeds and then over mutations of them, up to the first finding.</summary>
public static class FuzzRunner
{
    /// <summary>Runs <paramref name="inputs"/> mutated inputs; the same seed gives the same run.</summary>
    public static FuzzReport Run(IFuzzTarget target, IReadOnlyList<byte[]> seeds, long inputs, ulong seed)
    {
        var mutator = new InputMutator(seeds, seed);
        var clock = Stopwatch.StartNew();
        foreach (var corpusInput in seeds)
        {
            if (Attempt(target, corpusInput) is { } failure)
            {
                return new(target.Name, 1, clock.Elapsed, corpusInput, failure);
            }
        }

        for (long i = 0; i < inputs; i++)
        {
            var input = mutator.Next();
            if (Attempt(target, input) is { } failure)
            {
                return new(target.Name, i + 1, clock.Elapsed, input.ToArray(), failure);
            }
        }

        return new(target.Name, inputs, clock.Elapsed, null, null);
    }

    /// <summary>Runs one input, such as the file of an earlier finding.</summary>
    public static FuzzReport Replay(IFuzzTarget target, byte[] input)
    {
        var clock = Stopwatch.StartNew();
        var failure = Attempt(target, input);
        return new(target.Name, 1, clock.Elapsed, failure is null ? null : input, failure);
    }

    // Every exception is the finding that is looked for; it goes into the report.
    private static Exception? Attempt(IFuzzTarget target, ReadOnlySpan<byte> input)
    {
        try
        {
            target.Run(input);
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }
}
