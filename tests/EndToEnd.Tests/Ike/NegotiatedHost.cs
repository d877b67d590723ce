using EndToEnd.Tests.Namespaces;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;

namespace EndToEnd.Tests.Ike;

/// <summary>The product in a namespace, with a policy that negotiates.</summary>
internal sealed class NegotiatedHost : IDisposable
{
    private readonly HostProgram _program;

    /// <summary>Starts it and waits until packets pass.</summary>
    public NegotiatedHost(NetworkNamespace space, KeyExchangePolicyText policy, string inside, string peerInside, string encapsulation, params string[] further)
        : this(space, policy.Path, ["--encap", encapsulation, "--address", $"{inside}/32", "--route", $"{peerInside}/32", .. further])
    {
    }

    private NegotiatedHost(NetworkNamespace space, string policy, string[] options)
    {
        _program = space.Run(() => HostProgram.Start(["run", "--policy", policy, "--json", .. options]));
        Await("ready");
    }

    /// <summary>Starts it with options of the test's own and waits until packets pass.</summary>
    public static NegotiatedHost With(NetworkNamespace space, KeyExchangePolicyText policy, params string[] options) => new(space, policy.Path, options);

    /// <summary>All it said so far.</summary>
    public string Log => _program.Errors;

    /// <summary>Waits until it has said that many lines with those words.</summary>
    public void Await(string words, int lines = 1) =>
        Assert.True(
            SpinWait.SpinUntil(() => _program.HasEnded || Count(words) >= lines, TestThread.Patience) && Count(words) >= lines,
            $"it did not say \"{words}\" {lines} times, but: {_program.Errors}");

    /// <summary>Lines with those words.</summary>
    public int Count(string words) => _program.Errors.Split('\n').Count(line => line.Contains(words, StringComparison.Ordinal));

    /// <summary>Sends it a signal.</summary>
    public void Signal(string name) => _program.Signal(name);

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _program.HasEnded;

    /// <summary>Ends it in order and gives its report.</summary>
    public string Stop()
    {
        _program.Signal("TERM");
        var (exitCode, output, errors) = _program.Finish();
        Assert.True(exitCode == 0, errors);
        return output;
    }

    public void Dispose() => _program.Dispose();
}
