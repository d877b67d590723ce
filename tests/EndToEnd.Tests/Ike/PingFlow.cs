using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>A ping every 20 ms, and what it says at its end.</summary>
internal sealed partial class PingFlow : IDisposable
{
    /// <summary>Answers after which none is one that was held for the tunnel.</summary>
    public const int Steady = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _ping;
    private readonly List<string> _lines = [];

    /// <summary>Begins; the first answers come when a tunnel stands.</summary>
    public PingFlow(NetworkNamespace space, string source, string destination)
    {
        _ping = space.Run(() => Process.Start(new ProcessStartInfo("ping", ["-i", "0.02", "-W", "60", "-I", source, destination]) { RedirectStandardOutput = true })!);
        _ping.OutputDataReceived += (_, line) =>
        {
            lock (_lines)
            {
                _lines.Add(line.Data ?? string.Empty);
            }
        };
        _ping.BeginOutputReadLine();
    }

    /// <summary>Waits for so many more answers.</summary>
    public void AwaitAnswers(int more)
    {
        var wanted = Answers + more;
        Assert.True(SpinWait.SpinUntil(() => Answers >= wanted, Patience), $"{Answers} pings were answered");
    }

    /// <summary>Ends it and gives how many were answered from the first answer on, and how many in between were not. Those before wait for a tunnel, which holds a few of them only.</summary>
    public (int Answered, int Lost) Stop()
    {
        using (var interrupt = Process.Start("kill", ["-INT", _ping.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            interrupt.WaitForExit();
        }

        Assert.True(_ping.WaitForExit(Patience), "ping did not end");
        _ping.WaitForExit();
        string[] lines;
        lock (_lines)
        {
            lines = [.. _lines];
        }

        int[] answered = [.. lines.Select(line => Sequence().Match(line)).Where(match => match.Success).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        int[] steady = [.. answered.Skip(Steady).Distinct()];
        return (steady.Length, steady.Max() - steady.Min() + 1 - steady.Length);
    }

    public void Dispose()
    {
        if (!_ping.HasExited)
        {
            _ping.Kill();
            _ping.WaitForExit();
        }

        _ping.Dispose();
    }

    private int Answers
    {
        get
        {
            lock (_lines)
            {
                return _lines.Count(line => Sequence().IsMatch(line));
            }
        }
    }

    [GeneratedRegex("icmp_seq=([0-9]+) ttl")]
    private static partial Regex Sequence();
}
