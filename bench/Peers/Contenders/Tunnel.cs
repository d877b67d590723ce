using System.Diagnostics;
using System.Net;
using IpsecDp.Peers.Bed;

namespace IpsecDp.Peers.Contenders;

/// <summary>A contender at work: its processes, and the addresses its applications have.</summary>
internal sealed class Tunnel(TestBed bed, IPAddress addressOfA, IPAddress addressOfB) : IDisposable
{
    private static readonly TimeSpan PassPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ToolPatience = TimeSpan.FromSeconds(30);

    private readonly List<HeldProcess> _ends = [];
    private Action? _undo;

    /// <summary>The address of applications at A.</summary>
    public IPAddress AddressOfA => addressOfA;

    /// <summary>The address of applications at B.</summary>
    public IPAddress AddressOfB => addressOfB;

    /// <summary>The numbers of its processes at both ends.</summary>
    public IReadOnlyList<int> Processes => [.. _ends.SelectMany(end => end.Processes)];

    /// <summary>Builds one: <paramref name="start"/> adds its ends; throws with none of them left running. What the ends do not take away themselves, <paramref name="undo"/> does.</summary>
    public static Tunnel Build(TestBed bed, IPAddress addressOfA, IPAddress addressOfB, Action<Tunnel> start, CancellationToken cancellation, Action? undo = null)
    {
        var tunnel = new Tunnel(bed, addressOfA, addressOfB) { _undo = undo };
        try
        {
            start(tunnel);
            tunnel.AwaitPassing(cancellation);
            return tunnel;
        }
        catch
        {
            tunnel.Dispose();
            throw;
        }
    }

    /// <summary>Takes an end under its care.</summary>
    public HeldProcess Add(HeldProcess end)
    {
        _ends.Add(end);
        return end;
    }

    /// <summary>Throws <see cref="PeersException"/> when an end is no more.</summary>
    public void RequireRunning() => _ends.ForEach(end => end.RequireRunning());

    /// <inheritdoc/>
    public void Dispose()
    {
        _ends.ForEach(end => end.Dispose());
        _undo?.Invoke();
        _undo = null;
    }

    private void AwaitPassing(CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (Tool.TryRun(bed.A.Space, ToolPatience, null, "ping", ["-n", "-c", "1", "-W", "5", $"{addressOfB}"], cancellation).Code != 0)
        {
            RequireRunning();
            if (Stopwatch.GetElapsedTime(started) > PassPatience)
            {
                throw new PeersException($"no packet passed within {PassPatience.TotalSeconds:0} s");
            }
        }
    }
}
