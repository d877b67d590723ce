using IpsecDp.TestKit.Line;

namespace IpsecDp.Fuzz.Targets;

/// <summary>The packet line under hostile input: nothing throws, no job fails, and every buffer comes back.</summary>
public abstract class LineTarget(string name) : IFuzzTarget
{
    // Inputs between two looks at the time-outs that give fragments up.
    private const int Round = 64;
    private const int LongestWait = 61;

    // Packets in pieces of both paths, and what is held for an SA.
    private const int MostWaiting = 2 * 64 + 16;

    private readonly CountingHost _host = new();
    private int _inputs;

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        Admit(_host, input);
        Promise.Holds(_host.Faulted == 0, "no job ends by an exception");
        Promise.Holds(_host.Outstanding <= MostWaiting, "what waits is bounded");
        if (++_inputs % Round != 0)
        {
            return;
        }

        _host.Clock.Advance(TimeSpan.FromSeconds(LongestWait));
        _host.Tick();
        Promise.Holds(_host.Outstanding == 0, "every buffer comes back");
    }

    /// <summary>Prepares the host and gives the octets to the path.</summary>
    protected abstract void Admit(CountingHost host, ReadOnlySpan<byte> input);
}
