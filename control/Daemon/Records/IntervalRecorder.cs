using System.Globalization;
using IpsecDp.Engines.Accounting;

namespace IpsecDp.Daemon.Records;

/// <summary>Writes a record at the end of each interval, and one of what is left when it ends. A file that cannot be written is told once and tried again at the next interval.</summary>
public sealed class IntervalRecorder : IDisposable
{
    private readonly IntervalMeter _meter;
    private readonly RecordFile _file;
    private readonly DaemonLog _log;
    private readonly CpuLedger _ledger;
    private readonly TimeSpan _interval;
    private readonly ManualResetEventSlim _end = new();
    private readonly Thread _thread;
    private bool _isFailing;
    private long _lost;

    /// <summary>Begins to record.</summary>
    public IntervalRecorder(IntervalMeter meter, RecordFile file, TimeSpan interval, CpuLedger ledger, DaemonLog log)
    {
        (_meter, _file, _interval, _ledger, _log) = (meter, file, interval, ledger, log);
        _thread = new Thread(Work) { IsBackground = true, Name = "records" };
        _thread.Start();
    }

    /// <summary>Writes the last record and closes the file.</summary>
    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _file.Dispose();
        _end.Dispose();
    }

    /// <summary>Ends an interval and writes it.</summary>
    internal void Record()
    {
        var record = _meter.Cut();
        try
        {
            _file.Append(record);
            if (_isFailing)
            {
                _isFailing = false;
                _log.Write(DaemonMessage.RecordsStarted, string.Create(CultureInfo.InvariantCulture, $"interval records are written again; {_lost} were lost"));
            }
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            _lost++;
            if (!_isFailing)
            {
                _isFailing = true;
                _log.Write(DaemonMessage.RecordsFailed, $"an interval record could not be written and is lost, the next is tried again: {refusal.Message}");
            }
        }
    }

    private void Work()
    {
        using var meter = _ledger.Register("records", CpuAccount.General);
        while (!_end.Wait(_interval))
        {
            Record();
        }

        Record();
    }
}
