using System.Runtime.ExceptionServices;

namespace IpsecDp.TestKit.Ports;

/// <summary>A thread of a test that cannot hang it: waiting for its end is bounded, and its exception comes out where it is joined.</summary>
public sealed class TestThread : IDisposable
{
    /// <summary>How long a test waits for something that is bound to happen before it fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Starts <paramref name="body"/>.</summary>
    public TestThread(string name, Action body)
    {
        _thread = new Thread(() => Run(body)) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Waits until the thread sleeps in a monitor or another managed wait; one that waits in a system call never looks so.</summary>
    public void AwaitSleep()
    {
        if (!SpinWait.SpinUntil(() => (_thread.ThreadState & ThreadState.WaitSleepJoin) != 0, Patience))
        {
            throw new TimeoutException($"thread {_thread.Name} does not wait");
        }
    }

    /// <summary>Waits for the thread's end and throws what it threw.</summary>
    public void Join()
    {
        if (!_thread.Join(Patience))
        {
            throw new TimeoutException($"thread {_thread.Name} does not end");
        }

        _failure?.Throw();
    }

    /// <inheritdoc cref="Join"/>
    public void Dispose() => Join();

    private void Run(Action body)
    {
        try
        {
            body();
        }
        catch (Exception failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
        }
    }
}
