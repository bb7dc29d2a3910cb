#pragma once
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/cpu.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>

/* Macros that Swift cannot import. */
static const int duet_end_of_file = AVERROR_EOF;
static const int duet_try_again = AVERROR(EAGAIN);
static const int64_t duet_no_timestamp = AV_NOPTS_VALUE;
